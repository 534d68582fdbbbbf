interface Props {
  label: string
  /** Shown while the form is on its way. */
  busyLabel: string
  busy: boolean
  /** Beside the page's main business. */
  quiet?: boolean
}

/** A form's button. It is never disabled: pressed too early, the form says what is missing. */
export function SubmitButton({ label, busyLabel, busy, quiet = false }: Props) {
  return (
    <button type="submit" className={quiet ? 'button button-quiet' : 'button'} aria-busy={busy || undefined}>
      {busy ? busyLabel : label}
    </button>
  )
}

interface Props {
  label: string
  /** Shown while the form is on its way. */
  busyLabel: string
  busy: boolean
  look?: 'button' | 'button button-secondary' | 'button button-danger'
}

/** A form's button. It is never disabled: pressed too early, the form says what is missing. */
export function SubmitButton({ label, busyLabel, busy, look = 'button' }: Props) {
  return (
    <button type="submit" className={look} aria-busy={busy || undefined}>
      {busy ? busyLabel : label}
    </button>
  )
}

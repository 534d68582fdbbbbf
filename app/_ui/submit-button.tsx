interface Props {
  label: string
  /** Shown while the form is on its way. */
  busyLabel: string
  busy: boolean
  look?: 'button' | 'button button-secondary' | 'button button-danger'
  /** False while the form could only be sent without what a script adds. */
  ready?: boolean
}

/** A form's button. It is not disabled because something is missing: the form says what. */
export function SubmitButton({ label, busyLabel, busy, look = 'button', ready = true }: Props) {
  return (
    <button type="submit" className={look} aria-busy={busy || undefined} disabled={!ready}>
      {busy ? busyLabel : label}
    </button>
  )
}

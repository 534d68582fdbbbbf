import { FormAccount } from '../../_ui/form-account.tsx'

interface Props {
  /** The endpoint, `?_method=` included. */
  action: string
  label: string
  /** Tells apart the many buttons with this label, for users of screen readers. */
  of: string
  /** The page to come back to. */
  next: string
}

/** One thing that can be done with one row. */
export function RowButton({ action, label, of, next }: Props) {
  return (
    <form method="post" action={action} className="row-action">
      <FormAccount />
      <input type="hidden" name="next" value={next} />
      <button type="submit" className="button button-secondary button-small">
        {label}
        <span className="visually-hidden"> {of}</span>
      </button>
    </form>
  )
}

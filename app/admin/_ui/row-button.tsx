import { FormAccount } from '../../_ui/form-account.tsx'

interface Props {
  /** The endpoint, `?_method=` included. */
  action: string
  label: string
  /** Which one of the many buttons that are called so, for whoever does not see the row. */
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

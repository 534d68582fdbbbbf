import type { AdminAction } from '#lib/admin/core/declaration'
import { MAX_AT_ONCE, type Selection } from '#lib/admin/core/list-selection'
import { formatNumber } from '../../_ui/format-text.ts'
import { PostButton } from '../../_ui/post-button.tsx'
import { SelectionCount } from './selection.tsx'

interface RowButtonProps {
  /** The endpoint, `?_method=` included. */
  action: string
  label: string
  /** Tells apart the many buttons with this label, for users of screen readers. */
  of: string
  /** The page to come back to. */
  next: string
}

/** One thing that can be done with one row. */
export const RowButton = ({ action, label, of, next }: RowButtonProps) => (
  <PostButton action={action} fields={{ next }} look="button button-secondary button-small" className="row-action">
    {label}
    <span className="visually-hidden"> {of}</span>
  </PostButton>
)

interface Props {
  actions: readonly AdminAction[]
  /** What was chosen before the list was left. */
  selection: Selection
  /** Rows of the page. */
  shown: number
  /** Rows of all pages. */
  count: number
  countIsExact: boolean
  plural: string
  narrowed: boolean
  /** Search and filters: which rows "all" means. */
  params: Record<string, string>
  /** The list's address without its query. */
  page: string
  /** This very list, to come back to. */
  href: string
}

/** What can be done with the rows chosen; part of the form that they stand in. */
export async function ActionBar({ actions, selection, shown, count, countIsExact, plural, narrowed, params, page, href }: Props) {
  const argument = actions.find((action) => action.argument !== undefined)?.argument
  return (
    <div className="action-bar row">
      {selection.action !== '' && (
        <p className="label">
          What you chose is kept: press {actions.find(({ name }) => name === selection.action)?.asks ?? 'Go'} to go on.
        </p>
      )}
      {Object.entries(params).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <input type="hidden" name="next" value={href} />
      <label htmlFor="action">Action</label>
      <select id="action" name="action" defaultValue={selection.action} required>
        <option value="">Choose an action</option>
        {actions
          .filter(({ asks }) => asks === undefined)
          .map(({ name, description, argument: about, download }) => (
            <option key={name} value={name} data-argument={about?.field} data-download={download}>
              {description}
            </option>
          ))}
      </select>
      {argument && (
        <span className="action-argument row">
          <label htmlFor="action-argument">{argument.label}</label>
          <select id="action-argument" name={argument.field} defaultValue={selection.argument}>
            <option value="">Choose</option>
            {(await argument.options()).map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </span>
      )}
      <button type="submit" className="button button-secondary">
        Go
      </button>
      {actions
        .filter(({ asks }) => asks !== undefined)
        .map(({ name, asks }) => (
          <button
            key={name}
            type="submit"
            className="button button-secondary button-danger"
            formMethod="get"
            formAction={`${page}/${name}`}
            formNoValidate
          >
            {asks}
          </button>
        ))}
      <SelectionCount total={shown} />
      {count > shown && (
        <label className="row">
          <input type="checkbox" name="all" value="true" defaultChecked={selection.all} />
          <span>
            Select all {countIsExact ? '' : narrowed ? 'of more than ' : 'of about '}
            {formatNumber(count)} {plural}
            {narrowed ? ' that match' : ''}
            {count > MAX_AT_ONCE && (
              <span className="hint"> An export takes them all, anything else {formatNumber(MAX_AT_ONCE)} at once.</span>
            )}
          </span>
        </label>
      )}
    </div>
  )
}

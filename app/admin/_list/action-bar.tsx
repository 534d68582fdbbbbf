import type { AdminAction } from '#lib/admin/declaration'
import { numberWords } from '../_ui/admin-words.ts'
import { SelectionCount } from './selection.tsx'

interface Props {
  actions: readonly AdminAction[]
  /** Rows of the page. */
  shown: number
  /** Rows of all pages. */
  count: number
  countIsExact: boolean
  plural: string
  narrowed: boolean
  /** Search and filters: which rows "all" means. */
  params: Record<string, string>
  /** The page that asks before it deletes. */
  deletePage: string
  /** This very list, to come back to. */
  href: string
}

/** What can be done with the rows chosen; part of the form that they stand in. */
export function ActionBar({ actions, shown, count, countIsExact, plural, narrowed, params, deletePage, href }: Props) {
  const { ordering: _, ...narrowing } = params
  return (
    <div className="action-bar">
      {Object.entries(narrowing).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <input type="hidden" name="next" value={href} />
      <label htmlFor="action">Action</label>
      <select id="action" name="action" className="select-input" defaultValue="" required>
        <option value="">Choose an action</option>
        {actions
          .filter(({ name }) => name !== 'delete')
          .map(({ name, description }) => (
            <option key={name} value={name}>
              {description}
            </option>
          ))}
      </select>
      <button type="submit" className="button button-quiet">
        Go
      </button>
      {actions.some(({ name }) => name === 'delete') && (
        // Deleting asks first, on a page of its own.
        <button type="submit" className="button button-quiet button-danger" formMethod="get" formAction={deletePage} formNoValidate>
          Delete…
        </button>
      )}
      <SelectionCount total={shown} />
      {count > shown && (
        <label className="select-everything">
          <input type="checkbox" name="all" value="true" />
          <span>
            Select all {countIsExact ? '' : 'of more than '}
            {numberWords(count)} {plural}
            {narrowed ? ' that match' : ''}
          </span>
        </label>
      )}
    </div>
  )
}

import type { ModelAdmin } from '#lib/admin/declaration'
import { actorsOf, HISTORY_PAGE, historyOf } from '#lib/admin/history'
import { HistoryTable } from './history-list.tsx'

interface Props {
  admin: Pick<ModelAdmin, 'appLabel' | 'model' | 'fieldsets'> & { fields: Readonly<Record<string, { label: string }>> }
  id: number
  /** What it is called. */
  object: string
  objectHref: string
  /** The path of the history. */
  page: string
  /** The address's parameters: `p`, which page; `by`, an account's id; `field`, a field's name. */
  query: Record<string, string | string[] | undefined>
}

/** Beyond it no history goes: a hundred million entries. */
const LAST_PAGE = 1_000_000

/** Who changed an object, when, and what of it, from what to what. */
export async function HistoryPage({ admin, id, object, objectHref, page, query }: Props) {
  const number = Math.min(Math.max(Math.trunc(Number(query.p ?? 1)) || 1, 1), LAST_PAGE)
  const actors = await actorsOf(admin, id)
  const actor = actors.find((each) => String(each.id) === query.by)
  const names = admin.fieldsets.flatMap(({ fields }) => fields)
  const field = names.find((name) => name === query.field)
  const entries = await historyOf(admin, id, { page: number, actorId: actor?.id, field: field && labelIn(admin, field) })
  const narrowed = actor !== undefined || field !== undefined
  const address = (to: number) =>
    `${page}?${new URLSearchParams({ ...(actor && { by: String(actor.id) }), ...(field && { field }), p: String(to) })}`
  return (
    <div className="stack-loose">
      <p className="crumb">
        <a href={objectHref}>
          <span dir="auto">{object}</span>
        </a>
      </p>
      <h1>Change history</h1>
      {(entries.length > 0 || narrowed) && (
        <form className="row" method="get" aria-label="Narrow the history">
          <label htmlFor="history-by">By</label>
          <select id="history-by" name="by" defaultValue={actor ? String(actor.id) : ''}>
            <option value="">Anyone</option>
            {actors.map((each) => (
              <option key={each.id} value={each.id}>
                {each.email}
              </option>
            ))}
          </select>
          <label htmlFor="history-field">Field</label>
          <select id="history-field" name="field" defaultValue={field ?? ''}>
            <option value="">Any</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {admin.fields[name]?.label}
              </option>
            ))}
          </select>
          <button type="submit" className="button button-secondary">
            Show
          </button>
          {narrowed && <a href={page}>Show all</a>}
        </form>
      )}
      {entries.length > 0 ? (
        <HistoryTable entries={entries} caption={`Changes of ${object}`} fields={admin.fields} />
      ) : (
        <p className="panel panel-empty">
          {narrowed
            ? 'Nothing of that kind was changed.'
            : 'This object doesn’t have a change history. It probably wasn’t added via this admin site.'}
        </p>
      )}
      {(number > 1 || entries.length === HISTORY_PAGE) && (
        <nav className="pages" aria-label="Pages">
          {number > 1 && (
            <a href={address(number - 1)} rel="prev">
              Newer
            </a>
          )}
          {entries.length === HISTORY_PAGE && (
            <a href={address(number + 1)} rel="next">
              Older
            </a>
          )}
        </nav>
      )}
    </div>
  )
}

/** As log entries have it: Django writes a password's change down by the name of the field. */
const labelIn = ({ fields }: Props['admin'], name: string) => (name === 'password' ? name : (fields[name]?.label ?? name))

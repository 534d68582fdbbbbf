import { type ModelAdmin, objectName } from '#lib/admin/core/declaration'
import { actorsOf, HISTORY_PAGE, historyOf } from '#lib/admin/core/history'
import { OlderNewer } from '../../../../_ui/older-newer.tsx'
import { Timestamp } from '../../../../_ui/timestamp.tsx'
import { objectMetadata, requireObject } from '../../../_object/require-object.ts'
import { FieldChangeList } from '../../../_ui/changes.tsx'

/** The last page that is looked up: a hundred million entries. */
const LAST_PAGE = 1_000_000

export async function generateMetadata({ params }: PageProps<'/admin/[model]/[id]/history'>) {
  return objectMetadata(await params, '/history', () => 'Change history')
}

/** As log entries have it: Django logs a password's change by the field's name. */
const labelIn = ({ fields }: ModelAdmin, name: string) => (name === 'password' ? name : (fields[name]?.label ?? name))

/** What staff did to an object, the newest first. The address may narrow it: `p`, the page; `by`, an account's id; `field`. */
export default async function ObjectHistoryPage({ params, searchParams }: PageProps<'/admin/[model]/[id]/history'>) {
  const { admin, object, page } = await requireObject(await params, '/history')
  const query = await searchParams
  const number = Math.min(Math.max(Math.trunc(Number(query.p ?? 1)) || 1, 1), LAST_PAGE)
  const actors = await actorsOf(admin, object.id)
  const actor = actors.find(({ id }) => String(id) === query.by)
  const names = admin.fieldsets.flatMap(({ fields }) => fields)
  const field = names.find((name) => name === query.field)
  const entries = await historyOf(admin, object.id, { page: number, actorId: actor?.id, field: field && labelIn(admin, field) })
  const narrowed = actor !== undefined || field !== undefined
  const address = (to: number) =>
    `${page}?${new URLSearchParams({ ...(actor && { by: String(actor.id) }), ...(field && { field }), p: String(to) })}`
  return (
    <div className="stack-loose">
      <p className="crumb">
        <a href={`/admin/${admin.path}/${object.id}`}>
          <span dir="auto">{objectName(admin, object)}</span>
        </a>
      </p>
      <h1>Change history</h1>
      {(entries.length > 0 || narrowed) && (
        <form className="row" method="get" aria-label="Narrow the history">
          <label htmlFor="history-by">By</label>
          <select id="history-by" name="by" defaultValue={actor ? String(actor.id) : ''}>
            <option value="">Anyone</option>
            {actors.map(({ id, email }) => (
              <option key={id} value={id}>
                {email}
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
        <table className="object-table">
          <caption className="visually-hidden">Changes of {objectName(admin, object)}</caption>
          <thead>
            <tr>
              <th scope="col">Date and time</th>
              <th scope="col">By</th>
              <th scope="col">Action</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ id, at, actor: by, words, changes, requestId }) => (
              <tr key={id}>
                <th scope="row">
                  <Timestamp date={new Date(at)} />
                </th>
                <td data-label="By">
                  <span dir="ltr">{by?.email ?? 'An account that is gone'}</span>
                </td>
                <td data-label="Action">
                  <div>
                    <span dir="auto">{words}</span>
                    <FieldChangeList changes={changes} fields={admin.fields} />
                  </div>
                </td>
                <td data-label="Request">{requestId === null ? '–' : <code>{requestId}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="panel panel-empty">
          {narrowed
            ? 'Nothing of that kind was changed.'
            : 'This object doesn’t have a change history. It probably wasn’t added via this admin site.'}
        </p>
      )}
      <OlderNewer
        label="Pages"
        newer={number > 1 ? address(number - 1) : null}
        older={entries.length === HISTORY_PAGE ? address(number + 1) : null}
      />
    </div>
  )
}

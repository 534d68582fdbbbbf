import type { ReactNode } from 'react'
import { type ModelAdmin, objectName, permissionFor } from '#lib/admin/core/declaration'
import { allKeys, loadObjects } from '#lib/admin/core/list-objects'
import { readListQuery } from '#lib/admin/core/list-query'
import { MAX_AT_ONCE, readSelection, writeIds } from '#lib/admin/core/list-selection'
import { requireRecentAuthentication } from '../../_session.ts'
import { formatCount, formatNumber } from '../../_ui/format-text.ts'
import { requireStaff } from '../_request.ts'
import { adminErrorText } from '../_ui/admin-messages.ts'
import { Confirmation, type Related } from '../_ui/confirmation.tsx'
import { listBehind } from './load-list.ts'

/** Objects named before the rest are only counted. */
const MAX_NAMED = 100

interface Props {
  admin: ModelAdmin
  /** An action of the declaration that asks first (`asks`). The page's path ends with it. */
  name: string
  /** The address's parameters: what the list's form chose. */
  query: Record<string, string | string[] | undefined>
  /** Said where nothing was chosen, or too much: "Nothing has been deleted." */
  unchanged: string
  /** What else is deleted with the objects. */
  preview?: (ids: number[]) => Promise<Related[]>
  /** What happens to the objects. */
  children: ReactNode
}

/** Requires permission and a recent login. @returns the ids of the objects that the list's form chose, one more than MAX_AT_ONCE at most */
async function chosenIds({ admin, name, query: given }: Props, back: string): Promise<number[]> {
  const page = `/admin/${admin.path}/${name}`
  await requireStaff(page, admin.actions.find((action) => action.name === name)?.permission)
  // The page names the objects, so the visitor must be allowed to see them.
  await requireStaff(page, permissionFor(admin, 'view'))
  const all = given.all === 'true'
  const ids = [...[given.ids ?? []].flat(), ...readSelection(given).ids].map(Number).filter(Number.isSafeInteger)
  const names = ['search', ...admin.listFilter.map(({ field }) => field)]
  const narrowing = Object.fromEntries(names.flatMap((each) => (typeof given[each] === 'string' ? [[each, given[each]]] : [])))
  // However many they are, the address is short enough to be led back to.
  const kept = new URLSearchParams({ ...narrowing, ...(all ? { all: 'true' } : { selected: writeIds(ids.map(String)) }), next: back })
  await requireRecentAuthentication(`${page}?${kept}`)
  if (!all) return ids
  const { query, errors } = readListQuery(admin, narrowing)
  // An invalid search or filter chooses nothing: left out, it would choose everything.
  return Object.keys(errors).length > 0 ? [] : ((await allKeys(admin, query, MAX_AT_ONCE + 1)) as number[])
}

function problemWith(ids: readonly number[]): { title: string; code: string } | null {
  if (ids.length === 0) return { title: 'Nothing was selected', code: 'no_items' }
  return ids.length > MAX_AT_ONCE ? { title: 'Too many were selected', code: `max_items:${MAX_AT_ONCE}` } : null
}

/** The page that asks before an action on several objects, and names the first of them; the list's form leads here. */
export async function ConfirmAction(props: Props) {
  const { admin, name, query, unchanged, preview, children } = props
  const back = listBehind(`/admin/${admin.path}`, query.next)
  const ids = await chosenIds(props, back)
  const problem = problemWith(ids)
  if (problem !== null)
    return (
      <div className="stack-loose measure-wide">
        <h1>{problem.title}</h1>
        <p className="lead">
          {adminErrorText('ids', problem.code)}. {unchanged}
        </p>
        <p>
          <a className="button" href={back}>
            Back to the {admin.verboseNamePlural}
          </a>
        </p>
      </div>
    )
  const [objects, related] = await Promise.all([loadObjects(admin, ids.slice(0, MAX_NAMED)), preview?.(ids) ?? []])
  const [, second = ''] = admin.listDisplay
  const verb = admin.actions.find((action) => action.name === name)?.asks?.replace('…', '')
  return (
    <div className="stack-loose measure-wide">
      <Confirmation
        title={`${verb} ${formatCount(ids.length, admin.verboseName, admin.verboseNamePlural)}?`}
        action={`/api/admin/${admin.path}/actions/`}
        related={related}
        back={back}
        fields={{ action: name, next: back, ids: ids.join(',') }}
      >
        {children}
      </Confirmation>
      <ul className="stack-tight">
        {objects.map((object) => (
          <li key={object.id}>
            <bdi>{objectName(admin, object)}</bdi> <bdi>{String((object as Record<string, unknown>)[second] ?? '')}</bdi>
          </li>
        ))}
      </ul>
      {ids.length > objects.length && <p className="secondary">And {formatNumber(ids.length - objects.length)} more.</p>}
    </div>
  )
}

import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { allKeys, readListQuery } from '#lib/admin/list-objects'
import { readSelection, writeIds } from '#lib/admin/list-selection'
import { MOST_AT_ONCE } from '#lib/admin/users/act-on-users'
import { userAdmin } from '#lib/admin/users/declaration'
import { deletionPreview } from '#lib/admin/users/delete-user'
import { requireRecentAuthentication } from '../../../_session.ts'
import { pageTitle } from '../../../_ui/page-title.ts'
import { listBehind } from '../../_list/list-address.ts'
import { requireStaff } from '../../_staff.ts'
import { adminErrorText, countWords, numberWords } from '../../_ui/admin-words.ts'
import { DeleteQuestion } from '../../_ui/delete-question.tsx'

const PAGE = '/admin/users/delete'
/** Names shown before the rest are only counted. */
const MOST_NAMED = 100

export function generateMetadata(): Metadata {
  return { title: pageTitle('Delete users') }
}

/** Why nothing is deleted, and the way back. */
const Nothing = ({ title, why, back }: { title: string; why: string; back: string }) => (
  <div className="admin-page admin-form-page">
    <h1>{title}</h1>
    <p className="lead">{why} Nothing has been deleted.</p>
    <p>
      <a className="button" href={back}>
        Back to the users
      </a>
    </p>
  </div>
)

/** Asks before several accounts are deleted; the list's form leads here. */
export default async function DeleteUsersPage({ searchParams }: PageProps<'/admin/users/delete'>) {
  await requireStaff(PAGE, permissionFor(userAdmin, 'delete'))
  // It says whom: that is for whoever may see them.
  await requireStaff(PAGE, permissionFor(userAdmin, 'view'))
  const given = await searchParams
  const back = listBehind('/admin/users', given.next)
  const all = given.all === 'true'
  const chosenIds = [...[given.ids ?? []].flat(), ...readSelection(given).ids]
  const ids = chosenIds.map(Number).filter(Number.isSafeInteger)
  const names = ['search', ...userAdmin.listFilter.map(({ field }) => field)]
  const narrowing = Object.fromEntries(names.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : [])))
  // However many they are, the address is short enough to be led back to.
  const kept = new URLSearchParams({ ...narrowing, ...(all ? { all: 'true' } : { selected: writeIds(ids.map(String)) }), next: back })
  await requireRecentAuthentication(`${PAGE}?${kept}`)
  const { query, errors } = readListQuery(userAdmin, narrowing)
  // What is no search and no filter chooses nobody: left out, it would choose everybody.
  const matching = !all ? ids : Object.keys(errors).length > 0 ? [] : ((await allKeys(userAdmin, query, MOST_AT_ONCE + 1)) as number[])
  const count = matching.length
  const [items, related] = await Promise.all([
    userAdmin.load(matching.slice(0, MOST_NAMED)),
    deletionPreview(...matching.slice(0, MOST_AT_ONCE)),
  ])
  if (count > MOST_AT_ONCE)
    return <Nothing title="Too many were selected" why={`${adminErrorText('ids', `max_items:${MOST_AT_ONCE}`)}.`} back={back} />
  if (count === 0) return <Nothing title="Nothing was selected" why={`${adminErrorText('ids', 'no_items')}.`} back={back} />
  return (
    <div className="admin-page admin-form-page">
      <DeleteQuestion
        title={`Delete ${countWords(count, 'user', 'users')}?`}
        action="/api/admin/users/actions/"
        related={related}
        back={back}
        fields={[
          ['action', 'delete'],
          ['next', back],
          ['ids', matching.join(',')],
        ]}
      >
        These accounts are deleted at once, with everything that is kept about them, and cannot be had back.
      </DeleteQuestion>
      <ul className="named">
        {items.slice(0, MOST_NAMED).map(({ id, email, name }) => (
          <li key={id}>
            <span dir="ltr">{email}</span> <span dir="auto">{name}</span>
          </li>
        ))}
      </ul>
      {count > items.length && <p className="empty">And {numberWords(count - items.length)} more.</p>}
    </div>
  )
}

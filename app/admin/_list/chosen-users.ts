import { permissionFor } from '#lib/admin/declaration'
import { allKeys, loadObjects, readListQuery } from '#lib/admin/list-objects'
import { readSelection, writeIds } from '#lib/admin/list-selection'
import { MAX_AT_ONCE } from '#lib/admin/users/action-fields'
import { userAdmin } from '#lib/admin/users/declaration'
import type { PermissionName } from '#lib/permissions/user-permissions'
import { requireRecentAuthentication } from '../../_session.ts'
import { requireStaff } from '../_staff.ts'
import { listBehind } from './list-address.ts'

/** Names shown before the rest are only counted. */
const MAX_NAMED = 100

export interface ChosenUsers {
  /** One more than MAX_AT_ONCE where they are too many. */
  ids: number[]
  /** The first of them. */
  named: { id: number; email: string; name: string }[]
  /** The list that they were chosen in. */
  back: string
}

/**
 * The accounts that the list's form chose, for a page that asks before something is done to them.
 * @param page the one that asks
 */
export async function chosenUsers(
  page: string,
  permission: PermissionName,
  given: Record<string, string | string[] | undefined>,
): Promise<ChosenUsers> {
  await requireStaff(page, permission)
  // It names the accounts, so the visitor must be allowed to see them.
  await requireStaff(page, permissionFor(userAdmin, 'view'))
  const back = listBehind('/admin/users', given.next)
  const all = given.all === 'true'
  const chosenIds = [...[given.ids ?? []].flat(), ...readSelection(given).ids]
  const ids = chosenIds.map(Number).filter(Number.isSafeInteger)
  const names = ['search', ...userAdmin.listFilter.map(({ field }) => field)]
  const narrowing = Object.fromEntries(names.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : [])))
  // However many they are, the address is short enough to be led back to.
  const kept = new URLSearchParams({ ...narrowing, ...(all ? { all: 'true' } : { selected: writeIds(ids.map(String)) }), next: back })
  await requireRecentAuthentication(`${page}?${kept}`)
  const { query, errors } = readListQuery(userAdmin, narrowing)
  // An invalid search or filter chooses no one: left out, it would choose everyone.
  const matching = !all ? ids : Object.keys(errors).length > 0 ? [] : ((await allKeys(userAdmin, query, MAX_AT_ONCE + 1)) as number[])
  return { ids: matching, named: await loadObjects(userAdmin, matching.slice(0, MAX_NAMED)), back }
}

import * as z from 'zod/mini'
import { database } from '../../../db/client.ts'
import { ApiError, type Referring, StillReferenced, ValidationFailed } from '../../../errors.ts'
import { boolean, choice, idList, MAX_INTEGER, number } from '../../../fields/choice.ts'
import { requirePermission } from '../../../http/access.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { toApiError } from '../../../http/responses.ts'
import type { AdminAction } from '../../core/declaration.ts'
import { allKeys } from '../../core/list-objects.ts'
import { type ListQuery, narrowingFields } from '../../core/list-query.ts'
import { listOfAction, MAX_AT_ONCE } from '../../core/list-selection.ts'
import { withPermissionAudit } from '../../core/user-guard.ts'
import { BULK_ACTIONS } from './bulk-actions.ts'
import { userAdmin } from './declaration.ts'

const USER_ACTIONS = [
  'activate',
  'deactivate',
  'end_sessions',
  'send_reset',
  'resend_verification',
  'add_to_group',
  'remove_from_group',
  'export',
  'delete',
] as const
export type UserAction = (typeof USER_ACTIONS)[number]

/** Those that are about a group. */
const GROUP_ACTIONS: readonly UserAction[] = ['add_to_group', 'remove_from_group']

/** The accounts: by their ids, or all that the list's search and filters show. */
export const userActionSchema = z.object({
  action: choice(USER_ACTIONS, { label: 'Action' }),
  ids: idList({ label: 'Ids', optional: true }),
  all: boolean({ label: 'All', optional: true }),
  group: number({ label: 'Group', max: MAX_INTEGER, optional: true, empty: null }),
  ...narrowingFields(userAdmin),
})
export type UserActionInput = { action: UserAction; ids?: number[]; all?: boolean; group?: number | null } & ListQuery

/** No account is begun later than this, in milliseconds: a proxy that waits for a minute must hear how far it came. */
const MAX_TIME = 20_000

/** As much of the addresses of accounts that were left out as a message names, in characters. */
const MAX_NAMED = 200

/** The accounts that are meant. @throws ValidationFailed for none, and for more than MAX_AT_ONCE */
async function chosen(ids: number[], all: boolean, query: ListQuery): Promise<number[]> {
  const found = all ? ((await allKeys(userAdmin, query, MAX_AT_ONCE + 1)) as number[]) : ids
  if (found.length === 0) throw new ValidationFailed({ non_field_errors: ['no_items'] })
  if (found.length > MAX_AT_ONCE) throw new ValidationFailed({ non_field_errors: [`max_items:${MAX_AT_ONCE}`] })
  return found
}

/** @throws ValidationFailed where the action is about a group, and there is none such */
async function requireGroup(action: UserAction, group: number | null): Promise<number> {
  if (!GROUP_ACTIONS.includes(action)) return 0
  if (!group) throw new ValidationFailed({ group: ['required'] })
  if (!(await database().group.findUnique({ where: { id: group } }))) throw new ValidationFailed({ group: [`unknown_object:${group}`] })
  return group
}

/** Where the accounts that are meant are downloaded: those of the ids, or all that search and filters show, however many. */
function exportOf(ids: number[], all: boolean, query: ListQuery): Result {
  if (!all && ids.length === 0) throw new ValidationFailed({ non_field_errors: ['no_items'] })
  const { ordering, ...narrowing } = query
  const wanted = Object.entries({ ...(all ? narrowing : { ids }), ordering })
  const search = new URLSearchParams(wanted.map(([name, value]) => [name, String(value ?? '')]).filter(([, value]) => value !== ''))
  return { status: 303, body: null, redirect: `/api/admin/${userAdmin.path}/export/?${search}`, flash: { status: null } }
}

/** After so many accounts in a row that could not be had the others are not tried any more. */
const MAX_UNAVAILABLE = 3

const codeOf = ({ status, body }: ApiError) => body.code ?? (status === 404 ? 'not_found' : 'permission_denied')

interface Refusal {
  id: number
  code: string
  /** The rows that forbid a deletion. */
  references?: readonly Referring[]
}

/** Who was left out and why, by reason: as many addresses as fit, then how many more. */
async function namedRefusals(failed: Refusal[]): Promise<Record<string, string>> {
  const users = await database().user.findMany({ where: { id: { in: failed.map(({ id }) => id) } }, select: { id: true, email: true } })
  const addresses = new Map(users.map(({ id, email }) => [id, email]))
  const shown: Record<string, string> = {}
  for (const reason of new Set(failed.map(({ code }) => code))) {
    const all = failed.filter(({ code }) => code === reason).map(({ id }) => addresses.get(id) ?? `ID ${id}`)
    let named = all
    while (named.length > 1 && named.join(', ').length > MAX_NAMED) named = named.slice(0, -1)
    const more = all.length - named.length
    shown[`refused_${reason}`] = more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
  }
  return shown
}

/**
 * Does something to several accounts, each by itself: what is refused of one does not hinder the others. Those whose turn does not
 * come in time are left; of accounts that one page of the list shows, they alone are selected there afterwards.
 * @param clock milliseconds that never go back
 * @throws PermissionDenied where none of them may be acted on so; ValidationFailed
 */
export async function actOnUsers(input: UserActionInput, context: AuthenticatedContext, clock = () => performance.now()): Promise<Result> {
  const { action, ids = [], all = false, group = null, ...query } = input
  const { permission } = userAdmin.actions.find(({ name }) => name === action) as AdminAction
  await requirePermission({ permission }, context)
  if (action === 'export') return exportOf(ids, all, query)
  const groupId = await requireGroup(action, group)
  let [count, unavailable] = [0, 0]
  const failed: Refusal[] = []
  const wanted = await chosen(ids, all, query)
  const deadline = clock() + MAX_TIME
  let left: number[] = []
  for (const [index, id] of wanted.entries()) {
    if (clock() > deadline) {
      left = wanted.slice(index)
      break
    }
    try {
      if (await withPermissionAudit(context, id, (tx) => BULK_ACTIONS[action](tx, id, context, groupId))) count += 1
      unavailable = 0
    } catch (error) {
      const known = toApiError(error)
      if (!(known instanceof ApiError) || (known.status >= 500 && known.status !== 503)) throw error
      failed.push({ id, code: codeOf(known), ...(known instanceof StillReferenced && { references: known.references }) })
      unavailable = known.status === 503 ? unavailable + 1 : 0
      if (unavailable < MAX_UNAVAILABLE) continue
      // The database is away, and not only one account's row: what was done is said, unless that is nothing.
      if (failed.length === index + 1 && failed.every(({ code }) => code === codeOf(known))) throw error
      left = wanted.slice(index + 1)
      break
    }
  }
  const shown = { action, count: String(count), ...(left.length > 0 && { left: String(left.length) }), ...(await namedRefusals(failed)) }
  const rest = { action, ids: left.join(','), ...(group !== null && { group: String(group) }) }
  return {
    body: { action, count, failed, left },
    flash: { values: shown },
    ...(left.length > 0 &&
      wanted.length <= userAdmin.listMaxPerPage && { redirect: (next) => listOfAction(`/admin/${userAdmin.path}`, rest, next) }),
  }
}

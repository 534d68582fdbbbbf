/** What an action on several accounts takes. */
import * as z from 'zod/mini'
import { boolean, choice, idList, MAX_INTEGER, number } from '../../../fields/choice.ts'
import { type ListQuery, narrowingFields } from '../../core/list-query.ts'
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
export const GROUP_ACTIONS: readonly UserAction[] = ['add_to_group', 'remove_from_group']

/** The most accounts of one action: each is a transaction of its own, and the client waits for the response. */
export const MAX_AT_ONCE = 1000

/** The accounts: by their ids, or all that the list's search and filters show. */
export const userActionSchema = z.object({
  action: choice(USER_ACTIONS, { label: 'Action' }),
  ids: idList({ label: 'Ids', optional: true }),
  all: boolean({ label: 'All', optional: true }),
  group: number({ label: 'Group', max: MAX_INTEGER, optional: true, empty: null }),
  ...narrowingFields(userAdmin),
})
export type UserActionInput = { action: UserAction; ids?: number[]; all?: boolean; group?: number | null } & ListQuery

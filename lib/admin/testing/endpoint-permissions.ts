/** For tests: which permissions open each endpoint of the admin area, and how to ask one for its methods. */
import type { Account } from '../../http/testing/accounts.ts'
import type { Call } from '../../http/testing/send.ts'
import { as } from '../../http/testing/staff.ts'

/** Each endpoint with the permissions of which any opens it. A new endpoint has to be entered here. */
export const ENDPOINTS: Record<string, string[]> = {
  'GET /api/admin/users': ['view_user'],
  'POST /api/admin/users': ['add_user'],
  'GET /api/admin/users/[id]': ['view_user'],
  'PATCH /api/admin/users/[id]': ['change_user'],
  'DELETE /api/admin/users/[id]': ['delete_user'],
  'POST /api/admin/users/[id]/password': ['change_user'],
  'POST /api/admin/users/[id]/second-factor/reset': ['change_user'],
  'GET /api/admin/users/[id]/sessions': ['view_session', 'change_user'],
  'DELETE /api/admin/users/[id]/sessions': ['change_user'],
  'POST /api/admin/users/actions': ['view_user'],
  'GET /api/admin/users/export': ['view_user'],
  'GET /api/admin/groups': ['view_group'],
  'POST /api/admin/groups': ['add_group'],
  'GET /api/admin/groups/[id]': ['view_group'],
  'PATCH /api/admin/groups/[id]': ['change_group'],
  'DELETE /api/admin/groups/[id]': ['delete_group'],
  'GET /api/admin/groups/choices': ['view_group', 'change_user'],
  'GET /api/admin/permissions': ['view_permission', 'change_user', 'add_group', 'change_group'],
  'GET /api/admin/sessions': ['view_session'],
  'DELETE /api/admin/sessions/[id]': ['change_user'],
  'GET /api/admin/outstanding-tokens': ['view_outstandingtoken'],
  'GET /api/admin/blacklisted-tokens': ['view_blacklistedtoken'],
  'GET /api/admin/outbox': ['view_outboxmail'],
  'POST /api/admin/outbox/[id]/resend': ['change_outboxmail'],
  'GET /api/admin/throttles': ['view_throttlecounter'],
  'POST /api/admin/throttles/[id]/release': ['change_throttlecounter'],
  'GET /api/admin/audit': ['view_logentry'],
  'GET /api/admin/audit/export': ['view_logentry'],
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The address of a route, with something in place of its variable parts. */
export const addressOf = (route: string) => route.replace(/\[[^\]]+\]/g, '1')

/** Route, its methods as it says itself, and those that it has not. */
export async function methodsOf(call: Call, route: string, root: Account) {
  const { headers } = await call(`${addressOf(route)}/`, { method: 'OPTIONS', ...as(root) })
  const allowed = (headers.allow ?? '').split(', ')
  return { has: METHODS.filter((method) => allowed.includes(method)), hasNot: METHODS.filter((method) => !allowed.includes(method)) }
}

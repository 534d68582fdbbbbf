import * as z from 'zod/mini'
import { recordEvent } from '../../audit/audit.ts'
import { database, lockUser } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import { boolean } from '../../fields/choice.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../http/endpoint.ts'
import { activeSessionWhere } from '../../sessions/lifetimes.ts'
import { revokeAllSessions, revokeSession } from '../../sessions/session.ts'
import { LOGIN_PAGE } from '../../web/routes.ts'
import { listSessions } from './list-sessions.ts'

/** What ending all sessions takes: whether the one that asks ends, too. */
export const logoutAllSchema = z.object({
  current: boolean({ label: 'Current', optional: true, empty: false, once: true }),
})

export type LogoutAllInput = Partial<z.infer<typeof logoutAllSchema>>

const PAGE = '/settings/sessions'

/** A session as its owner sees it. */
const sessionShape = z.object({
  id: z.string(),
  current: z.boolean(),
  device: z.string(),
  ip_address: z.nullable(z.string()),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
})

export const listSessionsEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/sessions/',
    name: 'Sessions',
    description: 'The sessions of the account that still stand, the one that asks first',
    operationId: 'listSessions',
    summary: 'List the sessions',
    tag: 'Sessions',
    responses: { 200: z.array(sessionShape) },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal, now }) => ({
    body: (await listSessions(principal, now)).map(({ id, current, device, address, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      current,
      device,
      ip_address: address,
      created_at: createdAt,
      last_used_at: lastUsedAt,
      expires_at: expiresAt,
    })),
  }),
})

export const endSessionEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/sessions/{id}/',
    name: 'Session',
    description: 'Ends one session of the account',
    operationId: 'endSession',
    summary: 'End a session',
    tag: 'Sessions',
    responses: { 204: null },
  },
  policy: {
    access: 'authenticated',
    // ASVS 7.5.2; a thief who ends the owner's sessions keeps the owner out.
    recentAuthentication: true,
    throttle: { policy: 'change' },
  },
  form: { page: PAGE, success: PAGE },
  run: endOwnSession,
})

export const logoutAllEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/logout/all/',
    name: 'Logout Everywhere',
    description: 'Ends all sessions of the account but the one that asks, and with `current` that one too',
    operationId: 'logOutEverywhere',
    summary: 'Log out everywhere',
    tag: 'Sessions',
    responses: { 200: z.object({ detail: z.string(), sessions_ended: z.int() }) },
    input: logoutAllSchema,
  },
  policy: { access: 'authenticated', recentAuthentication: true, throttle: { policy: 'change' } },
  form: { page: PAGE, success: PAGE },
  run: logOutEverywhere,
})

/**
 * Ends one session of the account. Its tokens and cookie are refused from the next request on.
 * @throws ApiError 404 for another account's session, an ended one and an unknown id alike. A browser, whose list may be
 * outdated, is told that the session has ended.
 */
export async function endOwnSession(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  const { now, params, client } = context
  const id = params.id as string
  const ended = await database().$transaction(async (tx) => {
    if (!(await revokeSession(tx, id, 'revoked', now, { userId: user.id, ...activeSessionWhere(now) }))) return false
    await recordEvent(tx, 'session_ended', { actorId: user.id, subjectId: user.id, sessionId: id, detail: { by: 'owner' } }, context)
    return true
  })
  if (!ended && client === 'api') throw new ApiError(404, { detail: 'Not found.' })
  const own = ended && id === claims.sid
  return {
    status: 204,
    body: null,
    flash: { status: own ? 'signed_out' : ended ? 'session_ended' : 'session_already_ended' },
    ...(own && { cookie: null, redirect: LOGIN_PAGE }),
  }
}

/**
 * Ends the account's sessions but the one that asks, or that one too; with them the refresh tokens of the original, which
 * belong to none, and its access tokens from before (tokens_not_before).
 */
export async function logOutEverywhere({ current = false }: LogoutAllInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  const sessionsEnded = await database().$transaction(async (tx) => {
    await lockUser(tx, user.id)
    const count = await revokeAllSessions(tx, user.id, 'logout_all', context.now, current ? null : claims.sid)
    const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
    await recordEvent(tx, 'sessions_ended', { ...who, detail: { sessionsEnded: count, current } }, context)
    return count
  })
  const detail = current ? 'All sessions have been ended.' : 'All other sessions have been ended.'
  return {
    body: { detail, sessions_ended: sessionsEnded },
    ...(current
      ? { cookie: null, redirect: LOGIN_PAGE, flash: { status: 'signed_out_everywhere' } }
      : { flash: { values: { sessions_ended: String(sessionsEnded) } } }),
  }
}

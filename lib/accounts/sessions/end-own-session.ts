import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { activeSessionWhere } from '../../sessions/lifetimes.ts'
import { revokeSession } from '../../sessions/session.ts'
import { LOGIN_PAGE } from '../../web/routes.ts'

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

import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { lockUser } from '../../db/lock-user.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { LOGIN_PAGE } from '../../web/routes.ts'
import type { LogoutAllInput } from './schema.ts'

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

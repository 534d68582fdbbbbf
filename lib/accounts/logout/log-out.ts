import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { revokeSession } from '../../sessions/session.ts'
import type { RefreshTokenInput } from '../../tokens/refresh-token.ts'

/**
 * Logs out: an API client by its refresh token, a browser by its cookie. A browser without a session is logged out
 * already, which is what it asked for (RFC 7009 §2.2).
 * @throws TokenError from an API client's token
 */
export async function logOut({ refresh }: RefreshTokenInput, context: Context): Promise<Result> {
  const { client, browserPrincipal, now } = context
  if (client === 'api') {
    await blacklistRefreshToken(refresh, context)
    return { body: {} }
  }
  const sid = browserPrincipal?.claims.sid
  if (sid) {
    const who = { actorId: browserPrincipal.user.id, subjectId: browserPrincipal.user.id, sessionId: sid }
    await database().$transaction(async (tx) => {
      if (await revokeSession(tx, sid, 'logout', now)) await recordEvent(tx, 'logged_out', { ...who, detail: {} }, context)
    })
  }
  return { body: {}, cookie: null }
}

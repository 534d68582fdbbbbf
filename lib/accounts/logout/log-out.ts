import { database } from '../../db/client.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { endSession } from '../../sessions/session.ts'
import type { RefreshTokenInput } from '../../tokens/refresh-token-schema.ts'

/**
 * Logs out: an API client by its refresh token, a browser by its cookie. A browser without a session is logged out
 * already, which is what it asked for (RFC 7009 §2.2).
 * @throws TokenError from an API client's token
 */
export async function logOut({ refresh }: RefreshTokenInput, { client, browserPrincipal, now }: Context): Promise<Answer> {
  if (client === 'api') {
    await blacklistRefreshToken(refresh, now)
    return { body: {} }
  }
  const sid = browserPrincipal?.claims.sid
  if (sid) await endSession(database(), sid, 'logout', now)
  return { body: {}, cookie: null }
}

import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { type Context, emptyShape, endpoint, type Result } from '../../http/endpoint.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { revokeSession } from '../../sessions/session.ts'
import { type RefreshTokenInput, refreshTokenSchema } from '../../tokens/refresh-token.ts'
import { LOGIN_PAGE } from '../../web/routes.ts'

export const logoutEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/logout/',
    name: 'Token Blacklist',
    description: 'Takes a token and blacklists it. Must be used with the\n`rest_framework_simplejwt.token_blacklist` app installed.',
    operationId: 'logOut',
    summary: 'Log out',
    tag: 'Sign-up and login',
    responses: { 200: emptyShape },
    errorStatuses: [401],
    input: refreshTokenSchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'refresh' } },
  form: { page: '/dashboard', success: LOGIN_PAGE, status: 'signed_out' },
  // A browser's form names no token: its session is the cookie's.
  prepareInput: (data, client) => (client === 'browser' ? { ...data, refresh: 'cookie' } : data),
  run: logOut,
})

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

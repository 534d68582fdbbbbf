/** Decides from the cookie alone whether a browser seems to have a session, and renews the cookie when it is due. */
import { TokenError } from '../errors.ts'
import { cookieExpiry, extendSlidingToken, verifySlidingToken } from '../jwt/tokens.ts'
import { readCookie, sessionCookieName } from './cookies.ts'

export type SessionCookieCheck =
  | { kind: 'none' }
  | { kind: 'session'; userId: number | null }
  | { kind: 'extended'; userId: number | null; token: string /** as sessionCookie() takes it */; expires: number | null }

/**
 * Tabs cannot race here: a sliding token is not used up by its renewal, so two renewals are two good tokens of one
 * session.
 */
export async function checkSessionCookie(cookieHeader: string | null, now: Date): Promise<SessionCookieCheck> {
  const token = readCookie(cookieHeader, sessionCookieName())
  if (token === null) return { kind: 'none' }
  try {
    const { claims, due } = await verifySlidingToken(token, now)
    if (!due || claims.refreshExp === null) return { kind: 'session', userId: claims.userId }
    return { kind: 'extended', userId: claims.userId, token: await extendSlidingToken(claims, now), expires: cookieExpiry(claims) }
  } catch (error) {
    if (error instanceof TokenError) return { kind: 'none' }
    throw error
  }
}

/** Whose session a browser's cookie was of, once it is over: what somebody typed until then is kept for nobody else. */
import { decodeJwt } from 'jose'
import { TokenError } from '../errors.ts'
import { verifySlidingToken } from '../jwt/tokens.ts'
import { readCookie, sessionCookieName } from '../web/cookies.ts'

/** The account of a sliding token that is genuine, however old it is; null for any other. It lets nobody in. */
export async function userIdOfExpiredSession(cookieHeader: string | null, now: Date): Promise<number | null> {
  const token = readCookie(cookieHeader, sessionCookieName())
  if (token === null) return null
  try {
    return (await verifySlidingToken(token, lastMomentOf(token, now))).claims.userId
  } catch (error) {
    if (error instanceof TokenError) return null
    throw error
  }
}

/** When a token was good, if it ever was. @throws TokenError for what is no token */
function lastMomentOf(token: string, now: Date): Date {
  try {
    const { refresh_exp: end } = decodeJwt(token)
    return typeof end === 'number' ? new Date(Math.min(now.getTime(), (end - 1) * 1000)) : now
  } catch {
    throw new TokenError('Token is invalid or expired')
  }
}

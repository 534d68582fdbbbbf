/** Who makes a request: read from the Authorization header or from the browser's cookie. */
import { decodeJwt } from 'jose'
import type { User } from '../db/client.ts'
import { ApiError, TokenError } from '../errors.ts'
import { type Claims, extendSlidingToken, verifySlidingToken, verifyToken } from '../jwt/tokens.ts'
import { settings } from '../settings.ts'
import { readCookie, sessionCookieName } from '../web/cookies.ts'
import { type AuthenticationFailure, loadActiveUser } from './active-user.ts'

export interface Principal {
  user: User
  claims: Claims
  /** How the request proved it: only a header, which no other site can send, spares the origin check. */
  via: 'header' | 'cookie'
  /** The cookie's successor when it is due; the answer sets it. */
  extendedToken: string | null
}

/** The words of an Authorization header, as Python's split() has them. */
const wordsOf = (authorization: string | null) => (authorization ?? '').split(/[\t-\r ]+/).filter((word) => word !== '')

/** Whether an Authorization header offers a token of ours, good or bad. */
export function offersToken(authorization: string | null): boolean {
  const types = settings().AUTH_HEADER_TYPES.map((type) => type.toLowerCase())
  return types.includes(wordsOf(authorization)[0]?.toLowerCase() ?? '')
}

/**
 * The principal of an `Authorization` header; null when it carries no token of ours, so that a cookie may be looked at.
 * A token that does not hold is an error, never a reason to look at the cookie.
 * @throws ApiError 401 with Simple JWT's bodies
 */
export async function principalFromHeader(authorization: string | null, now: Date): Promise<Principal | null> {
  if (!offersToken(authorization)) return null
  const words = wordsOf(authorization)
  if (words.length !== 2) {
    throw new ApiError(401, {
      detail: 'Authorization header must contain two space-delimited values',
      code: 'bad_authorization_header',
    })
  }
  const claims = await verifyToken(words[1] as string, 'access', now).catch((error: unknown) => {
    throw error instanceof TokenError ? invalidAccessToken(error.message) : error
  })
  const user = await loadActiveUser(claims, now)
  if (typeof user === 'string') throw refusedError(user)
  return { user, claims, via: 'header', extendedToken: null }
}

/** The principal of a browser's cookie; null when there is none that holds. */
export async function principalFromCookie(cookieHeader: string | null, now: Date): Promise<Principal | null> {
  const token = readCookie(cookieHeader, sessionCookieName())
  if (token === null) return null
  try {
    const { claims, due } = await verifySlidingToken(token, now)
    const user = await loadActiveUser(claims, now)
    if (typeof user === 'string') return null
    return { user, claims, via: 'cookie', extendedToken: due ? await extendSlidingToken(claims, now) : null }
  } catch (error) {
    if (error instanceof TokenError) return null
    throw error
  }
}

/**
 * The account of a browser's cookie whose session may be over: what was typed until then is kept for that account only. Null
 * where the token was never valid. It authenticates no one.
 */
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

const invalidAccessToken = (message: string) =>
  new ApiError(401, {
    detail: 'Given token not valid for any token type',
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
  })

function refusedError(refusal: AuthenticationFailure): ApiError {
  const bodies: Record<Exclude<AuthenticationFailure, 'session_ended'>, { detail: string; code: string }> = {
    no_user_id: { detail: 'Token contained no recognizable user identification', code: 'token_not_valid' },
    user_not_found: { detail: 'User not found', code: 'user_not_found' },
    user_inactive: { detail: 'User is inactive', code: 'user_inactive' },
    password_changed: { detail: "The user's password has been changed.", code: 'password_changed' },
  }
  return refusal === 'session_ended' ? invalidAccessToken('Token is blacklisted') : new ApiError(401, bodies[refusal])
}

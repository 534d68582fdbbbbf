/** Who makes a request: read from the Authorization header or from the browser's cookie, as far as account and session still stand. */
import { setTimeout } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { isSecondFactorRequired } from '../credentials/second-factors.ts'
import { database, isUnavailable, type Session, select, type User } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { ApiError, TokenError } from '../errors.ts'
import { type Claims, extendSlidingToken, verifySlidingToken, verifyToken } from '../jwt/tokens.ts'
import { log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import { isOfPassword } from '../tokens/refresh-token.ts'
import { readCookie, sessionCookieName } from '../web/cookies.ts'
import { completedSnapshot, isActiveSession, matchesSnapshot, touchInterval } from './lifetimes.ts'
import { isOutdated, revokeBlacklistedSession, revokeSessionsOfInactive } from './revoked-elsewhere.ts'
import { splitAmr } from './session.ts'

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
    second_factor_missing: { detail: 'Log in again, with a second factor.', code: 'second_factor_missing' },
  }
  return refusal === 'session_ended' ? invalidAccessToken('Token is blacklisted') : new ApiError(401, bodies[refusal])
}

/** Why the account or the session behind a token does not stand any more. */
export type AuthenticationFailure =
  | 'no_user_id'
  | 'user_not_found'
  | 'user_inactive'
  | 'password_changed'
  | 'second_factor_missing'
  | 'session_ended'

/** How long a request waits until its use of a session is written down, in milliseconds; while the database is locked it goes on without. */
const TOUCH_PATIENCE = 50

/** Most sessions remembered as touched; forgetting one costs a write, no more. */
const TOUCH_MEMORY = 10_000
/** When the process last wrote down that a session was used. */
const touches = processValue<Map<string, number>>('touchedSessions')

/** What is read of an account and of its session, whose columns begin with SESSION in the answer. */
const ACCOUNT_FIELDS = Object.values(Prisma.UserScalarFieldEnum)
const SESSION_FIELDS = ['id', 'createdAt', 'lastUsedAt', 'expiresAt', 'endedAt', 'passwordDigest', 'deactivations', 'amr'] as const
const SESSION = 'session_'
type CheckedSession = Pick<Session, (typeof SESSION_FIELDS)[number]>

/** Our columns are called as the fields are, in Python's spelling. */
const columns = (table: string, fields: readonly string[], prefix = '') =>
  fields.map((field) => `${table}.${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} AS "${prefix}${field}"`).join()

/** A session whose unrotated refresh token Django blacklisted has ended (activeSessionWhere()). */
const SESSION_CHECK = `
  SELECT ${columns('u', ACCOUNT_FIELDS)}, ${columns('s', SESSION_FIELDS, SESSION)}, EXISTS (
    SELECT 1 FROM token_blacklist_outstandingtoken o JOIN token_blacklist_blacklistedtoken b ON b.token_id = o.id
    WHERE o.session_id = s.id AND o.rotated_at IS NULL
  ) AS blacklisted
  FROM accounts_user u LEFT JOIN accounts_session s ON s.id = $2 AND s.user_id = u.id WHERE u.id = $1`

/**
 * The live account of a verified token, asked anew each time, so that logout, deactivation, deletion and a new password
 * hold from the next request on; a session without the second factor that MFA_REQUIRED asks for is none. Tokens that the
 * original made name no session; their account alone decides, and its tokens_not_before.
 */
export async function loadActiveUser(claims: Claims, now: Date): Promise<User | AuthenticationFailure> {
  const { userId, sid } = claims
  if (userId === null) return 'no_user_id'
  const [row] = await select('session_check', SESSION_CHECK, [userId, sid ?? ''])
  if (!row) return 'user_not_found'
  const user = pick<User>(row, ACCOUNT_FIELDS)
  if (!user.isActive) {
    await revokeSessionsOfInactive(userId, now)
    return 'user_inactive'
  }
  if (sid === null) return failureWithoutSession(claims, user) ?? user
  const session = pick<CheckedSession>(row, SESSION_FIELDS, SESSION)
  if (row.blacklisted) await revokeBlacklistedSession(sid, userId, now)
  if (session.id === null || row.blacklisted || !isActiveSession(session, user, now)) return 'session_ended'
  if (!matchesSnapshot(session, user) && (await isOutdated(sid, userId, now))) return 'session_ended'
  if (isSecondFactorRequired(user) && !splitAmr(session.amr ?? '').includes('mfa')) return 'second_factor_missing'
  const isOld = session.passwordDigest === null || session.deactivations === null
  if (isTouchDue(sid, now)) await touch(sid, now, isOld ? storeSnapshot(sid, session, user) : null)
  return user
}

const pick = <Picked>(row: Record<string, unknown>, fields: readonly string[], prefix = ''): Picked =>
  Object.fromEntries(fields.map((field) => [field, row[prefix + field]])) as Picked

/**
 * Sessions that an earlier release began are told at their first use what it did not know: from then on a password that Django
 * sets, or a deactivation, ends them. What they know stays.
 */
function storeSnapshot(sid: string, { passwordDigest, deactivations }: Pick<Session, 'passwordDigest' | 'deactivations'>, user: User) {
  const where = { id: sid, passwordDigest, deactivations }
  return database().session.updateMany({ where, data: completedSnapshot({ passwordDigest, deactivations }, user) })
}

/**
 * Whether a token without a session was issued before all sessions of its account ended. Tokens carry whole seconds: one of
 * the same second may be older and counts as such, and so does one without `iat`.
 */
const isTooOld = ({ iat }: Claims, { tokensNotBefore }: User) =>
  tokensNotBefore !== null && (iat === null || iat * 1000 < tokensNotBefore.getTime())

/** Why a token without a session does not hold for an active account; null where it does. */
export function failureWithoutSession(claims: Claims, user: User): AuthenticationFailure | null {
  if (!isOfPassword(claims, user)) return 'password_changed'
  if (isTooOld(claims, user)) return 'session_ended'
  // Who made it asked for the password alone.
  return isSecondFactorRequired(user) ? 'second_factor_missing' : null
}

/** Reading goes on where writing does not: a locked file, a full disk, a replica. */
function ignoreUnavailable(error: unknown): void {
  if (!isUnavailable(error)) log().error({ error: (error as Error).name }, 'session_touch_failed')
}

/** Whether a session's use is to be written down; it counts as written then. */
function isTouchDue(sid: string, now: Date): boolean {
  touches.current ??= new Map()
  const touched = touches.current
  const last = touched.get(sid)
  if (last !== undefined && Math.abs(now.getTime() - last) < touchInterval() * 1000) return false
  if (touched.size >= TOUCH_MEMORY) touched.clear()
  touched.set(sid, now.getTime())
  return true
}

/** @param more what else is to be written about the session, which Prisma begins only here */
async function touch(sid: string, now: Date, more: PromiseLike<unknown> | null): Promise<void> {
  const used = database().session.updateMany({ where: { id: sid, lastUsedAt: { lt: now } }, data: { lastUsedAt: now } })
  const written = Promise.all([used, more]).catch(ignoreUnavailable)
  const over = new AbortController()
  const patience = setTimeout(TOUCH_PATIENCE, undefined, { signal: over.signal }).catch(() => {})
  await Promise.race([written, patience])
  over.abort()
}

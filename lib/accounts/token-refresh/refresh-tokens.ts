import { database, lockUser, type Session, type Transaction, type User } from '../../db/client.ts'
import { ApiError, TokenError } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { type Claims, verifyToken } from '../../jwt/tokens.ts'
import { absoluteEnd, activeSessionWhere, sessionEnd } from '../../sessions/lifetimes.ts'
import { failureWithoutSession, loadActiveUser } from '../../sessions/principal.ts'
import { revokeReusedRefreshToken } from '../../sessions/revoke-reused-refresh-token.ts'
import { startSession } from '../../sessions/session.ts'
import { settings } from '../../settings.ts'
import {
  issueAccessToken,
  issueRefreshToken,
  mayHaveLostItsRow,
  newTokenId,
  outstandingRow,
  passwordClaim,
  type RefreshTokenInput,
  type Subject,
  signRefreshToken,
} from '../../tokens/refresh-token.ts'

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>

const rowOf = (jti: string) => database().outstandingToken.findUnique({ where: { jti }, include: { blacklisted: true } })

const blacklisted = () => new TokenError('Token is blacklisted')

/**
 * Exchanges a refresh token (Simple JWT's TokenRefreshView): for an access token, and with ROTATE_REFRESH_TOKENS for its
 * successor. The parent presented again within ROTATION_GRACE_PERIOD gets the same successor, so a lost response logs no one
 * out. Any other reuse is a sign of theft and revokes the session (RFC 9700 §4.14.2). The token's row records its rotation,
 * whether or not BLACKLIST_AFTER_ROTATION also puts it on the original's blacklist.
 * A token of the original names no session and is not used up: its clients keep one for its lifetime (ROTATE_REFRESH_TOKENS is
 * off there), so using it again is no theft.
 * @throws TokenError, ApiError 401
 */
export async function refreshTokens({ refresh }: RefreshTokenInput, context: Context): Promise<Result> {
  const claims = await verifyToken(refresh, 'refresh', context.now)
  const row = await rowOf(claims.jti)
  if (claims.sid === null && settings().ROTATE_REFRESH_TOKENS) return refreshOriginal(claims, refresh, context)
  if (row?.rotatedAt) return repeatRotation(claims, row, context)
  if (row?.blacklisted) {
    // The row and its blacklisting are two queries: a rotation that ended between them shows in the second alone.
    const settled = await rowOf(claims.jti)
    if (settled?.rotatedAt) return repeatRotation(claims, settled, context)
    throw blacklisted()
  }
  if (!row && mayHaveLostItsRow(claims, context.now)) throw blacklisted()
  const user = await requireLiveUser(claims, context.now)
  if (!settings().ROTATE_REFRESH_TOKENS)
    return { body: { access: await issueAccessToken(subjectOf(claims, user, claims.sid), context.now) } }
  const rotated = await rotate(claims, user, context)
  if (rotated) return rotated
  // Another request was faster by a moment: what it made is the answer here too.
  const winner = await rowOf(claims.jti)
  if (!winner?.rotatedAt) throw blacklisted()
  return repeatRotation(claims, winner, context)
}

async function requireLiveUser(claims: Claims, now: Date): Promise<User> {
  const user = await loadActiveUser(claims, now)
  if (user === 'session_ended') throw blacklisted()
  if (user === 'no_user_id') {
    throw new ApiError(401, { detail: 'Token contained no recognizable user identification', code: 'token_not_valid' })
  }
  if (user === 'password_changed') throw new ApiError(401, { detail: "The user's password has been changed." })
  if (typeof user === 'string') throw new ApiError(401, { detail: 'No active account found for the given token.' })
  return user
}

/** What the tokens of a refresh are to say: what the one presented does, but of the password of now. */
const subjectOf = ({ extra }: Claims, user: User, sid: string | null): Subject => ({
  userId: user.id,
  sid,
  extra: { ...extra, ...passwordClaim(user) },
})

/** @returns null when another request rotated the token first */
async function rotate(claims: Claims, user: User, context: Context): Promise<Result | null> {
  const { now } = context
  return database().$transaction(async (tx) => {
    const successorJti = newTokenId()
    const claimed = await tx.outstandingToken.updateMany({
      where: { jti: claims.jti, rotatedAt: null },
      data: { rotatedAt: now, successorJti },
    })
    if (claimed.count === 0) return null
    const session = await continueSession(tx, claims.sid as string, now)
    const subject = { ...subjectOf(claims, user, session.id), until: absoluteEnd(session) }
    const refresh = await issueRefreshToken(tx, subject, now, successorJti)
    if (settings().BLACKLIST_AFTER_ROTATION) {
      const { id } = await tx.outstandingToken.findUniqueOrThrow({ where: { jti: claims.jti } })
      await tx.blacklistedToken.create({ data: { tokenId: id, blacklistedAt: now } })
    }
    return { body: { access: await issueAccessToken(subject, now), refresh } }
  })
}

/**
 * Exchanges a token of the original for a pair of a session: a new one at its first use, the same at each later one. From
 * then on that session decides: what ends it blacklists the token, and a new password that spares it spares the token.
 */
async function refreshOriginal(claims: Claims, token: string, context: Context): Promise<Result> {
  const { now } = context
  const known = await rowOf(claims.jti)
  if (!known && mayHaveLostItsRow(claims, now)) throw blacklisted()
  const user = await requireLiveUser({ ...claims, sid: known?.sessionId ?? null }, now)
  return database().$transaction(async (tx) => {
    // Waits for a concurrent end of the account's sessions; of several first uses, one begins the session.
    const locked = await lockUser(tx, user.id)
    const row = await outstandingRow(tx, claims, token)
    // One that was rotated before it could be used again was spent by that. Who ended all sessions since the account was looked
    // at may have found no row to blacklist.
    const ended = !locked?.isActive || (!row.sessionId && failureWithoutSession(claims, locked) !== null)
    if (row.blacklisted || row.rotatedAt || ended) throw blacklisted()
    const session = row.sessionId
      ? await continueSession(tx, row.sessionId, now)
      : await startSession(tx, locked, 'api', context, { amr: null })
    if (!row.sessionId) await tx.outstandingToken.update({ where: { id: row.id }, data: { sessionId: session.id } })
    const subject = { ...subjectOf(claims, user, session.id), until: absoluteEnd(session) }
    return { body: { access: await issueAccessToken(subject, now), refresh: await issueRefreshToken(tx, subject, now) } }
  })
}

/** Extends a session as far as it may go. @throws TokenError where it was ended since it was looked at: what was done for it is taken back */
async function continueSession(tx: Transaction, sid: string, now: Date): Promise<Session> {
  const where = { id: sid, ...activeSessionWhere(now) }
  const session = await tx.session.findFirst({ where })
  const data = { expiresAt: sessionEnd('api', session?.createdAt ?? now, now), lastUsedAt: now }
  const { count } = await tx.session.updateMany({ where, data })
  if (!session || count === 0) throw blacklisted()
  return session
}

/** Answers the second use of a rotated token. */
async function repeatRotation(claims: Claims, row: Row, context: Context): Promise<Result> {
  // One of the original that was rotated while that was done to them: its client may not know, which is no theft.
  if (claims.sid === null) throw blacklisted()
  const successor = row.successorJti ? await rowOf(row.successorJti) : null
  const sid = claims.sid ?? successor?.sessionId ?? null
  // A clock that was set back must not open the grace again: a rotation long ahead is as far as one long ago.
  const inGrace = Math.abs(context.now.getTime() - (row.rotatedAt?.getTime() ?? 0)) < settings().ROTATION_GRACE_PERIOD * 1000
  if (!successor?.createdAt || successor.rotatedAt || successor.blacklisted || sid === null || !inGrace) {
    if (sid !== null) await revokeReusedRefreshToken(sid, context)
    throw blacklisted()
  }
  const subject = subjectOf(claims, await requireLiveUser({ ...claims, sid }, context.now), sid)
  const refresh = await signRefreshToken(subject, { ...successor, createdAt: successor.createdAt }, context.now)
  return { body: { access: await issueAccessToken(subject, context.now), refresh } }
}

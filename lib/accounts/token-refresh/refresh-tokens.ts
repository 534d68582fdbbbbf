import { database, type Session, type Transaction, type User } from '../../db/client.ts'
import { lockUser } from '../../db/lock-user.ts'
import { ApiError, TokenError } from '../../errors.ts'
import { type Claims, verifyToken } from '../../gate/tokens.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { endReplayedSession } from '../../sessions/end-replayed-session.ts'
import { absoluteEnd, sessionEnd, stillStanding } from '../../sessions/lifetimes.ts'
import { liveUser } from '../../sessions/live-user.ts'
import { startSession } from '../../sessions/session.ts'
import { settings } from '../../settings.ts'
import {
  issueAccessToken,
  issueRefreshToken,
  mayHaveLostItsRow,
  newTokenId,
  outstandingRow,
  signRefreshToken,
} from '../../tokens/refresh-token.ts'
import type { RefreshTokenInput } from '../../tokens/refresh-token-schema.ts'

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>

const rowOf = (jti: string) => database().outstandingToken.findUnique({ where: { jti }, include: { blacklisted: true } })

const blacklisted = () => new TokenError('Token is blacklisted')

/**
 * Exchanges a refresh token (Simple JWT's TokenRefreshView): for an access token, and with ROTATE_REFRESH_TOKENS for its
 * successor. The parent presented again within ROTATION_GRACE_PERIOD gets the same successor, so that a lost answer logs
 * nobody out; any other second use is a theft's sign and ends the session (RFC 9700 §4.14.2). What tells of a rotation is
 * the token's row, whether or not BLACKLIST_AFTER_ROTATION puts it on the original's list, too.
 * @throws TokenError, ApiError 401
 */
export async function refreshTokens({ refresh }: RefreshTokenInput, context: Context): Promise<Answer> {
  const claims = await verifyToken(refresh, 'refresh', context.now)
  const row = await rowOf(claims.jti)
  if (row?.rotatedAt) return repeatRotation(claims, row, context)
  if (row?.blacklisted) {
    // The row and its blacklisting are two queries: a rotation that ended between them shows in the second alone.
    const settled = await rowOf(claims.jti)
    if (settled?.rotatedAt) return repeatRotation(claims, settled, context)
    throw blacklisted()
  }
  if (!row && mayHaveLostItsRow(claims, context.now)) throw blacklisted()
  const user = await requireLiveUser(claims, context.now)
  if (!settings().ROTATE_REFRESH_TOKENS) return { body: { access: await accessFor(claims, claims.sid, context) } }
  const rotated = await rotate(claims, refresh, user, context)
  if (rotated) return rotated
  // Another request was faster by a moment: what it made is the answer here too.
  const winner = await rowOf(claims.jti)
  if (!winner?.rotatedAt) throw blacklisted()
  return repeatRotation(claims, winner, context)
}

async function requireLiveUser(claims: Claims, now: Date): Promise<User> {
  const user = await liveUser(claims, now)
  if (user === 'session_ended') throw blacklisted()
  if (user === 'no_user_id') {
    throw new ApiError(401, { detail: 'Token contained no recognizable user identification', code: 'token_not_valid' })
  }
  if (typeof user === 'string') throw new ApiError(401, { detail: 'No active account found for the given token.' })
  return user
}

const accessFor = ({ userId, extra }: Claims, sid: string | null, { now }: Context) =>
  issueAccessToken({ userId: userId as number, sid, extra }, now)

/** @returns null when another request rotated the token first */
async function rotate(claims: Claims, token: string, user: User, context: Context): Promise<Answer | null> {
  const { now } = context
  return database().$transaction(async (tx) => {
    // A token of the original has no session whose end would say that a logout or a new password was faster.
    if (claims.sid === null) await claimSessionless(tx, claims, token)
    const successorJti = newTokenId()
    const claimed = await tx.outstandingToken.updateMany({
      where: { jti: claims.jti, rotatedAt: null },
      data: { rotatedAt: now, successorJti },
    })
    if (claimed.count === 0) return null
    const session = await continueSession(tx, claims, user, context)
    const subject = { userId: user.id, sid: session.id, extra: claims.extra, until: absoluteEnd(session) }
    const refresh = await issueRefreshToken(tx, subject, now, successorJti)
    if (settings().BLACKLIST_AFTER_ROTATION) {
      const { id } = await tx.outstandingToken.findUniqueOrThrow({ where: { jti: claims.jti } })
      await tx.blacklistedToken.create({ data: { tokenId: id, blacklistedAt: now } })
    }
    return { body: { access: await accessFor(claims, session.id, context), refresh } }
  })
}

/** Waits for whoever is ending the account's sessions, gives the token a row if it has none, and looks at it again. */
async function claimSessionless(tx: Transaction, claims: Claims, token: string): Promise<void> {
  await lockUser(tx, claims.userId as number)
  const row = await outstandingRow(tx, claims, token)
  if (row.blacklisted && !row.rotatedAt) throw blacklisted()
}

/** The session that the successor belongs to: the token's own, extended as far as it may, or a new one for a token of the original. */
async function continueSession(tx: Transaction, claims: Claims, user: User, context: Context): Promise<Session> {
  const { now } = context
  if (claims.sid === null) return startSession(tx, user, 'api', context, { authenticated: false })
  const where = { id: claims.sid, ...stillStanding(now) }
  const session = await tx.session.findFirst({ where })
  const data = { expiresAt: sessionEnd('api', session?.createdAt ?? now, now), lastUsedAt: now }
  const { count } = await tx.session.updateMany({ where, data })
  // Logged out between the check and now: the transaction takes the rotation back.
  if (!session || count === 0) throw blacklisted()
  return session
}

/** Answers the second use of a rotated token. */
async function repeatRotation(claims: Claims, row: Row, context: Context): Promise<Answer> {
  const successor = row.successorJti ? await rowOf(row.successorJti) : null
  const sid = claims.sid ?? successor?.sessionId ?? null
  // A clock that was set back must not open the grace again: a rotation long ahead is as far as one long ago.
  const inGrace = Math.abs(context.now.getTime() - (row.rotatedAt?.getTime() ?? 0)) < settings().ROTATION_GRACE_PERIOD * 1000
  if (!successor?.createdAt || successor.rotatedAt || successor.blacklisted || sid === null || !inGrace) {
    if (sid !== null) await endReplayedSession(sid, context)
    throw blacklisted()
  }
  await requireLiveUser({ ...claims, sid }, context.now)
  const subject = { userId: claims.userId as number, sid, extra: claims.extra }
  const refresh = await signRefreshToken(subject, { ...successor, createdAt: successor.createdAt }, context.now)
  return { body: { access: await accessFor(claims, sid, context), refresh } }
}

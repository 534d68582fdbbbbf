/** Sessions: one row for each login, asked on every request. */
import { storableUserAgent } from '../audit/audit.ts'
import type { Session, Transaction, User } from '../db/client.ts'
import { sessionLifetime } from '../gate/cookies.ts'
import { signToken } from '../gate/tokens.ts'
import { settings } from '../settings.ts'
import { blacklistSessionless, endOfUse, issueAccessToken, issueRefreshToken, newTokenId, seconds } from '../tokens/refresh-token.ts'

/** Who calls, and when: what a session remembers of a login. */
export interface Caller {
  now: Date
  /** The client's address; null where it cannot be known. */
  clientAddress: string | null
  userAgent: string
}

/** A browser holds a sliding token in a cookie, an API client a pair of tokens. */
export type SessionKind = 'browser' | 'api'

export type EndReason =
  | 'logout'
  | 'replaced'
  | 'replay'
  | 'password_change'
  | 'password_reset'
  | 'email_change'
  | 'ownership_proven'
  | 'account_deletion'

/** Starts a session. @param tx a transaction: without the tokens' rows the session must not be */
export function startSession(tx: Transaction, user: Pick<User, 'id'>, kind: SessionKind, caller: Caller): Promise<Session> {
  const lifetime = kind === 'browser' ? sessionLifetime() : apiSessionLifetime()
  return tx.session.create({
    data: {
      id: newTokenId(),
      userId: user.id,
      kind,
      ipAddress: caller.clientAddress,
      userAgent: storableUserAgent(caller.userAgent),
      createdAt: caller.now,
      lastUsedAt: caller.now,
      expiresAt: new Date((seconds(caller.now) + lifetime) * 1000),
    },
  })
}

/**
 * How long a session of an API client lasts after its login or rotation, in seconds: as long as any token of it. A refresh
 * token that does not rotate gives access tokens until its end, which live on.
 */
export function apiSessionLifetime(): number {
  const { REFRESH_TOKEN_LIFETIME: refresh, ACCESS_TOKEN_LIFETIME: access, ROTATE_REFRESH_TOKENS } = settings()
  return Math.round(ROTATE_REFRESH_TOKENS ? Math.max(refresh, access) : refresh + access)
}

/** The tokens of a new session for an API client (Simple JWT's pair). */
export async function issueTokenPair(tx: Transaction, user: Pick<User, 'id'>, session: Session, now: Date) {
  const subject = { userId: user.id, sid: session.id }
  const refresh = await issueRefreshToken(tx, subject, now)
  return { refresh, access: await issueAccessToken(subject, now) }
}

/** The sliding token of a new session for a browser. */
export function issueSlidingToken(user: Pick<User, 'id'>, session: Session, now: Date): Promise<string> {
  const iat = seconds(now)
  const refreshExp = seconds(session.expiresAt)
  const exp = Math.min(iat + Math.round(settings().SLIDING_TOKEN_LIFETIME), refreshExp)
  return signToken('sliding', { jti: newTokenId(), iat, exp, refreshExp, userId: user.id, sid: session.id, extra: {} })
}

/** Ends a session; whoever ended it first keeps the reason. @returns whether it was still going */
export async function endSession(tx: Transaction, sid: string, reason: EndReason, now: Date): Promise<boolean> {
  const { count } = await tx.session.updateMany({ where: { id: sid, endedAt: null }, data: { endedAt: now, endReason: reason } })
  return count > 0
}

/**
 * Ends the sessions of an account, and the refresh tokens of the original's, which name none.
 * @param except the one that goes on: whose owner just proved to be the account's
 * @returns how many were still going
 */
export async function endAllSessions(
  tx: Transaction,
  userId: number,
  reason: EndReason,
  now: Date,
  except: string | null = null,
): Promise<number> {
  const { count } = await tx.session.updateMany({
    where: { userId, endedAt: null, expiresAt: { gt: endOfUse(now) }, ...(except !== null && { id: { not: except } }) },
    data: { endedAt: now, endReason: reason },
  })
  // Who had the account before its owner proved to be that keeps no known device either (SU-5).
  if (reason === 'ownership_proven' || reason === 'password_reset') await tx.knownDevice.deleteMany({ where: { userId } })
  await blacklistSessionless(tx, userId, now)
  return count
}

/** Sessions: one row for each login, asked on every request. */
import { storableUserAgent } from '../audit/audit.ts'
import type { Session, Transaction, User } from '../db/client.ts'
import { REMEMBERED_CLAIM, signToken } from '../gate/tokens.ts'
import { settings } from '../settings.ts'
import { blacklistSessionless, endOfUse, issueAccessToken, issueRefreshToken, newTokenId, seconds } from '../tokens/refresh-token.ts'
import { absoluteEnd, sessionEnd, stillStanding } from './lifetimes.ts'

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
  | 'revoked'
  | 'logout_all'
  | 'limit'
  | 'admin'

/** How a session begins. */
export interface Beginning {
  /** Whether the owner has just proved to be that: not so where a token of the original goes on as a session. */
  authenticated: boolean
  /** Whether a browser is to stay signed in when it is closed. */
  remembered?: boolean
}

/** Starts a session. @param tx a transaction: without the tokens' rows the session must not be */
export function startSession(
  tx: Transaction,
  user: Pick<User, 'id'>,
  kind: SessionKind,
  caller: Caller,
  { authenticated, remembered = false }: Beginning = { authenticated: true },
): Promise<Session> {
  const { now } = caller
  return tx.session.create({
    data: {
      id: newTokenId(),
      userId: user.id,
      kind,
      ipAddress: caller.clientAddress,
      userAgent: storableUserAgent(caller.userAgent),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: sessionEnd(kind, now, now, remembered),
      authenticatedAt: authenticated ? now : null,
    },
  })
}

/** The tokens of a new session for an API client (Simple JWT's pair). */
export async function issueTokenPair(tx: Transaction, user: Pick<User, 'id'>, session: Session, now: Date) {
  const subject = { userId: user.id, sid: session.id, until: absoluteEnd(session) }
  const refresh = await issueRefreshToken(tx, subject, now)
  return { refresh, access: await issueAccessToken(subject, now) }
}

/** The sliding token of a new session for a browser; its last second is the session's. */
export function issueSlidingToken(user: Pick<User, 'id'>, session: Session, now: Date, remembered: boolean): Promise<string> {
  const iat = seconds(now)
  const refreshExp = seconds(session.expiresAt)
  const exp = Math.min(iat + Math.round(settings().SLIDING_TOKEN_LIFETIME), refreshExp)
  const extra = remembered ? { [REMEMBERED_CLAIM]: true } : {}
  return signToken('sliding', { jti: newTokenId(), iat, exp, refreshExp, userId: user.id, sid: session.id, extra })
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
  const others = { userId, ...(except !== null && { id: { not: except } }) }
  const data = { endedAt: now, endReason: reason }
  const { count } = await tx.session.updateMany({ where: { ...others, ...stillStanding(now) }, data })
  // Those that are over by disuse or age: longer settings must not bring them back.
  await tx.session.updateMany({ where: { ...others, endedAt: null, expiresAt: { gt: endOfUse(now) } }, data })
  // Who had the account before its owner proved to be that keeps no known device either (SU-5).
  if (reason === 'ownership_proven' || reason === 'password_reset') await tx.knownDevice.deleteMany({ where: { userId } })
  await blacklistSessionless(tx, userId, now)
  return count
}

/** Sessions: one row for each login, asked on every request. */
import { type AuditSource, recordEvent, storableUserAgent } from '../audit/audit.ts'
import { forgetTrustedDevices } from '../credentials/second-factors.ts'
import { type Database, database, lockUser, type Session, type Transaction, type User } from '../db/client.ts'
import { REMEMBERED_CLAIM, signToken } from '../jwt/tokens.ts'
import { settings } from '../settings.ts'
import {
  blacklistTokensOf,
  blacklistTokensOfSession,
  expiryCutoff,
  issueAccessToken,
  issueRefreshToken,
  newTokenId,
  passwordClaim,
  seconds,
} from '../tokens/refresh-token.ts'
import { absoluteEnd, accountSnapshot, activeSessionWhere, passwordDigest, sessionEnd } from './lifetimes.ts'
import type { Principal } from './principal.ts'

/** Who calls, and when: what a session remembers of a login. */
export interface ClientInfo {
  now: Date
  /** The client's address; null where it cannot be known. */
  clientIp: string | null
  userAgent: string
}

/** A browser holds a sliding token in a cookie, an API client a pair of tokens. */
export type SessionKind = 'browser' | 'api'

/**
 * How an account's owner proved who they are (RFC 8176): `pwd` by the password, `otp` by a one-time code, `hwk` by a passkey,
 * `fed` at an identity provider, `mfa` by two factors; and `email`, which the RFC does not have, by what was mailed to them.
 */
export type Amr = 'pwd' | 'otp' | 'hwk' | 'fed' | 'email' | 'mfa'

export const joinAmr = (amr: readonly Amr[]): string => amr.join(' ')
export const splitAmr = (stored: string): Amr[] => stored.split(' ') as Amr[]

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
export interface SessionOptions {
  /** How the owner has just proved who they are; null where a token of the original continues as a session. */
  amr: readonly Amr[] | null
  /** With which credential, where the account can have several of its kind. */
  credentialId?: string | null
  /** Whether a browser is to stay signed in when it is closed. */
  remembered?: boolean
}

/** Starts a session. @param tx a transaction: without the tokens' rows the session must not be */
export function startSession(
  tx: Transaction,
  user: Pick<User, 'id' | 'password' | 'deactivations'>,
  kind: SessionKind,
  caller: ClientInfo,
  { amr, credentialId = null, remembered = false }: SessionOptions = { amr: ['pwd'] },
): Promise<Session> {
  const { now } = caller
  return tx.session.create({
    data: {
      id: newTokenId(),
      userId: user.id,
      kind,
      ipAddress: caller.clientIp,
      userAgent: storableUserAgent(caller.userAgent),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: sessionEnd(kind, now, now, remembered),
      authenticatedAt: amr === null ? null : now,
      amr: amr && joinAmr(amr),
      credentialId,
      ...accountSnapshot(user),
    },
  })
}

/** The tokens of a new session for an API client (Simple JWT's pair). */
export async function issueTokenPair(tx: Transaction, user: Pick<User, 'id' | 'password'>, session: Session, now: Date) {
  const subject = { userId: user.id, sid: session.id, extra: passwordClaim(user), until: absoluteEnd(session) }
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

/**
 * Revokes a session and its refresh tokens, in Django too. The first reason is kept.
 * @param where what its row must be like besides
 * @returns whether it was still going
 */
export async function revokeSession(tx: Transaction, sid: string, reason: EndReason, now: Date, where: object = {}): Promise<boolean> {
  const data = { endedAt: now, endReason: reason }
  const { count } = await tx.session.updateMany({ where: { ...where, id: sid, endedAt: null }, data })
  if (count > 0) await blacklistTokensOfSession(tx, sid, now)
  return count > 0
}

/**
 * Ends the sessions of an account, its trusted devices and all its refresh tokens, at Django, too; tokens that name no session, which Django
 * issued, are refused if they are older than this.
 * @param except the one that goes on, with whatever password the account has now: its owner just proved to be the account's
 * @returns how many were still going
 */
export async function revokeAllSessions(
  tx: Transaction,
  userId: number,
  reason: EndReason,
  now: Date,
  except: string | null = null,
): Promise<number> {
  const others = { userId, ...(except !== null && { id: { not: except } }) }
  const data = { endedAt: now, endReason: reason }
  const { count } = await tx.session.updateMany({ where: { ...others, ...activeSessionWhere(now) }, data })
  // Those that are over by disuse or age: longer settings must not bring them back.
  await tx.session.updateMany({ where: { ...others, endedAt: null, expiresAt: { gt: expiryCutoff(now) } }, data })
  // Who had the account before its owner proved to be that keeps no known device either (SU-5).
  if (reason === 'ownership_proven' || reason === 'password_reset') await tx.knownDevice.deleteMany({ where: { userId } })
  await forgetTrustedDevices(tx, userId)
  await blacklistTokensOf(tx, userId, now, except)
  const { password } = await tx.user.update({ where: { id: userId }, data: { tokensNotBefore: now } })
  if (except !== null) await tx.session.updateMany({ where: { id: except, userId }, data: { passwordDigest: passwordDigest(password) } })
  return count
}

/**
 * Ends an account's least recently used sessions beyond SESSION_LIMIT (ASVS 7.1.2).
 * @param tx the login's transaction: logins at the same time wait for each other here, so that together they keep the limit
 * @param newest the session of this login, which stays
 */
export async function enforceSessionLimit(tx: Transaction, userId: number, newest: string, source: AuditSource): Promise<void> {
  const { SESSION_LIMIT: limit } = settings()
  if (limit === 0) return
  await lockUser(tx, userId)
  const others = await tx.session.findMany({
    where: { userId, id: { not: newest }, ...activeSessionWhere(source.now) },
    orderBy: [{ lastUsedAt: 'desc' }, { createdAt: 'desc' }, { id: 'desc' }],
    select: { id: true },
    skip: limit - 1,
  })
  for (const { id } of others) {
    if (!(await revokeSession(tx, id, 'limit', source.now))) continue
    await recordEvent(tx, 'session_ended', { actorId: null, subjectId: userId, sessionId: id, detail: { by: 'limit' } }, source)
  }
}

/**
 * Whether the session's owner logged in, or entered the password again, within REAUTHENTICATION_TIMEOUT. The session's row
 * says so, not the token. A token of the original names no session, so it is never recent.
 */
export async function isRecentlyAuthenticated(
  { user, claims }: Principal,
  now: Date,
  tx: Transaction | Database = database(),
): Promise<boolean> {
  if (claims.sid === null) return false
  const since = new Date(now.getTime() - settings().REAUTHENTICATION_TIMEOUT * 1000)
  return (await tx.session.count({ where: { id: claims.sid, userId: user.id, authenticatedAt: { gt: since } } })) > 0
}

/**
 * Records that the session's owner has just entered the password.
 * @returns false when the session has ended since, the password was replaced, or the token names no session
 */
export async function renewAuthentication(tx: Transaction, { user, claims }: Principal, now: Date): Promise<boolean> {
  if (claims.sid === null) return false
  const { count } = await tx.session.updateMany({
    where: { id: claims.sid, userId: user.id, user: { password: user.password, isActive: true }, ...activeSessionWhere(now) },
    data: { authenticatedAt: now },
  })
  return count > 0
}

/**
 * How long sessions last: until they are idle for SESSION_IDLE_TIMEOUT, and at most SESSION_ABSOLUTE_LIFETIME after the login.
 * Neither rotation nor a sliding token's extension exceeds these (ASVS 7.3.1, 7.3.2, 10.4.8). Both are shorter for staff, while
 * they are staff (NIST SP 800-63B §2.2.3).
 */

import { createHash } from 'node:crypto'
import type { Session, Transaction, User } from '../db/client.ts'
import { settings } from '../settings.ts'
import { expiryCutoff, seconds } from '../tokens/refresh-token.ts'
import type { SessionKind } from './session.ts'

/** A session's last use is written down once in this time, in seconds. */
const TOUCH_INTERVAL = 60

/** How exact a session's last use is known, in seconds: ten times as exact as it must be. */
export function touchInterval(): number {
  const { SESSION_IDLE_TIMEOUT: idle, STAFF_SESSION_IDLE_TIMEOUT: staffIdle } = settings()
  return Math.min(TOUCH_INTERVAL, ...[idle, staffIdle].filter((timeout) => timeout > 0).map((timeout) => timeout / 10))
}

/** What a session within its limits is like; `idle` 0 is none. Both in seconds. */
function within(idle: number, absolute: number, now: Date) {
  const ago = (lifetime: number) => new Date(now.getTime() - lifetime * 1000)
  return { createdAt: { gt: ago(absolute) }, ...(idle > 0 && { lastUsedAt: { gt: ago(idle) } }) }
}

/**
 * Matches the rows of active sessions. It depends on the row and its account, so shorter settings, and becoming staff, take
 * effect at once. A session whose unrotated refresh token Django blacklisted has ended; rotated ones we blacklist ourselves.
 */
export function activeSessionWhere(now: Date) {
  const { SESSION_IDLE_TIMEOUT, SESSION_ABSOLUTE_LIFETIME, STAFF_SESSION_IDLE_TIMEOUT, STAFF_SESSION_ABSOLUTE_LIFETIME } = settings()
  return {
    endedAt: null,
    expiresAt: { gt: expiryCutoff(now) },
    outstandingTokens: { none: { rotatedAt: null, blacklisted: { isNot: null } } },
    ...within(SESSION_IDLE_TIMEOUT, SESSION_ABSOLUTE_LIFETIME, now),
    OR: [{ user: { isStaff: false } }, within(STAFF_SESSION_IDLE_TIMEOUT, STAFF_SESSION_ABSOLUTE_LIFETIME, now)],
  }
}

/**
 * When a session expires if it is not used again, as its owner is told; `activeSessionWhere` asks the same of its row.
 */
export function sessionExpiresAt(
  session: Pick<Session, 'createdAt' | 'lastUsedAt' | 'expiresAt'>,
  { isStaff }: Pick<User, 'isStaff'>,
): Date {
  const { SESSION_IDLE_TIMEOUT, SESSION_ABSOLUTE_LIFETIME, STAFF_SESSION_IDLE_TIMEOUT, STAFF_SESSION_ABSOLUTE_LIFETIME } = settings()
  const ends = (idle: number, absolute: number) => [
    session.createdAt.getTime() + absolute * 1000,
    ...(idle > 0 ? [session.lastUsedAt.getTime() + idle * 1000] : []),
  ]
  return new Date(
    Math.min(
      session.expiresAt.getTime(),
      ...ends(SESSION_IDLE_TIMEOUT, SESSION_ABSOLUTE_LIFETIME),
      ...(isStaff ? ends(STAFF_SESSION_IDLE_TIMEOUT, STAFF_SESSION_ABSOLUTE_LIFETIME) : []),
    ),
  )
}

/** Whether activeSessionWhere() matches a session's row, but for blacklisted tokens, which are not its own. */
export const isActiveSession = (
  session: Pick<Session, 'endedAt' | 'createdAt' | 'lastUsedAt' | 'expiresAt'>,
  user: Pick<User, 'isStaff'>,
  now: Date,
): boolean =>
  session.endedAt === null && session.expiresAt > expiryCutoff(now) && sessionExpiresAt({ ...session, expiresAt: NEVER }, user) > now

/** Later than any session ends. */
const NEVER = new Date(8_640_000_000_000_000)

/** When a session ends at the latest, however much it is used. */
export const endsAtLatest = (session: Pick<Session, 'createdAt' | 'expiresAt'>, user: Pick<User, 'isStaff'>): Date =>
  sessionExpiresAt({ ...session, lastUsedAt: session.expiresAt }, user)

/**
 * After how long without use even a browser is signed out that its owner keeps signed in, in seconds; null where that is no
 * sooner. Staff, who have less of it, are told on their dashboard.
 */
export function rememberedIdleTimeout(): number | null {
  const { SESSION_IDLE_TIMEOUT } = settings()
  return SESSION_IDLE_TIMEOUT > 0 && SESSION_IDLE_TIMEOUT < rememberedLifetime() ? SESSION_IDLE_TIMEOUT : null
}

/** For how long a browser stays signed in where its owner wants that, in seconds. */
export const rememberedLifetime = () => Math.min(settings().SESSION_REMEMBERED_LIFETIME, settings().SESSION_ABSOLUTE_LIFETIME)

/**
 * How long a session lasts without a refresh or a new login, in seconds: an API client's as long as any token of it. A
 * refresh token that does not rotate gives access tokens until its end, which live on.
 */
function lifetimeOf(kind: SessionKind, remembered: boolean): number {
  const {
    ACCESS_TOKEN_LIFETIME: access,
    REFRESH_TOKEN_LIFETIME: refresh,
    ROTATE_REFRESH_TOKENS,
    SLIDING_TOKEN_REFRESH_LIFETIME,
  } = settings()
  if (kind === 'api') return ROTATE_REFRESH_TOKENS ? Math.max(refresh, access) : refresh + access
  return remembered ? rememberedLifetime() : SLIDING_TOKEN_REFRESH_LIFETIME
}

/** The last moment of a session whatever is done with it, in whole seconds. */
export const absoluteEnd = ({ createdAt }: Pick<Session, 'createdAt'>) =>
  new Date((seconds(createdAt) + Math.round(settings().SESSION_ABSOLUTE_LIFETIME)) * 1000)

/** When a session ends that is begun or refreshed now. @param remembered whether a browser is to stay signed in */
export function sessionEnd(kind: SessionKind, createdAt: Date, now: Date, remembered = false): Date {
  const end = (seconds(now) + Math.round(lifetimeOf(kind, remembered))) * 1000
  return new Date(Math.min(end, absoluteEnd({ createdAt }).getTime()))
}

/** @param hash the account's stored password hash */
export const passwordDigest = (hash: string) => createHash('sha256').update(hash).digest('hex')

type Account = Pick<User, 'password' | 'deactivations'>
type AccountSnapshot = Pick<Session, 'passwordDigest' | 'deactivations'>

/** What a session that begins now knows of its account: the password (Django's session auth hash), and that it is active. */
export const accountSnapshot = ({ password, deactivations }: Account) => ({ passwordDigest: passwordDigest(password), deactivations })

/**
 * What the row of a session is like whose account still has the password hash it began with, and was not deactivated since. Null
 * is unknown: an earlier release began the session.
 */
export const matchingSnapshotWhere = (account: Account) => {
  const { passwordDigest, deactivations } = accountSnapshot(account)
  return {
    AND: [{ OR: [{ passwordDigest: null }, { passwordDigest }] }, { OR: [{ deactivations: null }, { deactivations }] }],
  }
}

/** What a session knows of its account's beginning, where it knows; else how the account is now. */
export const completedSnapshot = ({ passwordDigest, deactivations }: AccountSnapshot, account: Account) => {
  const now = accountSnapshot(account)
  return { passwordDigest: passwordDigest ?? now.passwordDigest, deactivations: deactivations ?? now.deactivations }
}

/** Whether the row of a session is like matchingSnapshotWhere(). */
export function matchesSnapshot(session: AccountSnapshot, account: Account): boolean {
  const [known, now] = [completedSnapshot(session, account), accountSnapshot(account)]
  return known.passwordDigest === now.passwordDigest && known.deactivations === now.deactivations
}

/** Keeps an account's sessions and trusted devices when the same password is hashed anew. */
export async function keepSessionsOfPassword(tx: Transaction, userId: number, former: string, renewed: string): Promise<void> {
  const where = { userId, passwordDigest: passwordDigest(former) }
  const data = { passwordDigest: passwordDigest(renewed) }
  await tx.session.updateMany({ where, data })
  await tx.trustedDevice.updateMany({ where, data })
}

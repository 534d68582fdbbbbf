/** Whether the account and the session behind a token still stand. */
import { setTimeout } from 'node:timers/promises'
import { database, type Session, type User } from '../db/client.ts'
import { isUnavailable } from '../db/errors.ts'
import type { Claims } from '../jwt/tokens.ts'
import { log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { isOfPassword } from '../tokens/refresh-token.ts'
import { activeSessionWhere, completedSnapshot, matchesSnapshot, touchInterval } from './lifetimes.ts'
import { isOutdated, revokeBlacklistedSession, revokeSessionsOfInactive } from './revoked-elsewhere.ts'

export type AuthenticationFailure = 'no_user_id' | 'user_not_found' | 'user_inactive' | 'password_changed' | 'session_ended'

/** How long a request waits until its use of a session is written down, in milliseconds; while the database is locked it goes on without. */
const TOUCH_PATIENCE = 50

/** Most sessions remembered as touched; forgetting one costs a write, no more. */
const TOUCH_MEMORY = 10_000
/** When the process last wrote down that a session was used. */
const touches = processValue<Map<string, number>>('touchedSessions')

/**
 * The live account of a verified token, asked anew each time, so that logout, deactivation, deletion and a new password
 * hold from the next request on. Tokens that the original made name no session; their account alone decides, and its
 * tokens_not_before.
 */
export async function loadActiveUser(claims: Claims, now: Date): Promise<User | AuthenticationFailure> {
  const { userId, sid } = claims
  if (userId === null) return 'no_user_id'
  const [user, session] = await Promise.all([
    database().user.findFirst({
      where: { id: userId, isActive: true, ...(sid !== null && { sessions: { some: { id: sid, ...activeSessionWhere(now) } } }) },
    }),
    sid === null ? null : database().session.findUnique({ where: { id: sid }, select: { passwordDigest: true, deactivations: true } }),
  ])
  if (!user) return authenticationFailure(userId, sid, now)
  if (sid === null) return failureWithoutSession(claims, user) ?? user
  if (session && !matchesSnapshot(session, user) && (await isOutdated(sid, userId, now))) return 'session_ended'
  await touch(
    sid,
    now,
    session && (session.passwordDigest === null || session.deactivations === null) ? storeSnapshot(sid, session, user) : null,
  )
  return user
}

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
  return isTooOld(claims, user) ? 'session_ended' : null
}

async function authenticationFailure(userId: number, sid: string | null, now: Date): Promise<AuthenticationFailure> {
  const user = await database().user.findUnique({ where: { id: userId } })
  if (!user) return 'user_not_found'
  if (!user.isActive) {
    await revokeSessionsOfInactive(userId, now)
    return 'user_inactive'
  }
  if (sid !== null) await revokeBlacklistedSession(sid, userId, now)
  return 'session_ended'
}

/** Reading goes on where writing does not: a locked file, a full disk, a replica. */
function ignoreUnavailable(error: unknown): void {
  if (!isUnavailable(error)) log().error({ error: (error as Error).name }, 'session_touch_failed')
}

/** @param more what else is to be written about the session, which Prisma begins only here */
async function touch(sid: string, now: Date, more: PromiseLike<unknown> | null): Promise<void> {
  touches.current ??= new Map()
  const touched = touches.current
  const last = touched.get(sid)
  if (last !== undefined && Math.abs(now.getTime() - last) < touchInterval() * 1000) return
  if (touched.size >= TOUCH_MEMORY) touched.clear()
  touched.set(sid, now.getTime())
  const used = database().session.updateMany({ where: { id: sid, lastUsedAt: { lt: now } }, data: { lastUsedAt: now } })
  const written = Promise.all([used, more]).catch(ignoreUnavailable)
  const over = new AbortController()
  const patience = setTimeout(TOUCH_PATIENCE, undefined, { signal: over.signal }).catch(() => {})
  await Promise.race([written, patience])
  over.abort()
}

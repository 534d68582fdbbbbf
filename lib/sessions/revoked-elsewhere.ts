/**
 * Sessions that ended elsewhere: Django beside us changes a password, deactivates an account or blacklists a refresh token
 * without knowing of sessions. The traces are read when a token is presented, and the end is written down, so that nothing
 * revives when the trace is gone (a blacklisted row flushed). That an account was inactive in between, a trigger counts.
 */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { database, isUnavailable, lockUser, type Transaction, type User } from '../db/client.ts'
import { expiryCutoff } from '../tokens/refresh-token.ts'
import { matchingSnapshotWhere } from './lifetimes.ts'
import { revokeAllSessions, revokeSession } from './session.ts'

const sourceAt = (now: Date): AuditSource => ({ now, requestId: 'system', clientIp: null, userAgent: '' })

/** Reading goes on where writing does not (a locked file, a replica): the next request tries again. */
async function whereWritable<Result>(work: (tx: Transaction) => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await database().$transaction(work)
  } catch (error) {
    if (isUnavailable(error)) return otherwise
    throw error
  }
}

/** Ends the sessions of an account that is not active any more. */
export async function revokeSessionsOfInactive(userId: number, now: Date): Promise<void> {
  // Without those that have expired: nothing ends them, and each request would ask for the write lock until they are flushed.
  if ((await database().session.count({ where: { userId, endedAt: null, expiresAt: { gt: expiryCutoff(now) } } })) === 0) return
  await whereWritable(async (tx) => {
    const user = await lockUser(tx, userId)
    if (!user || user.isActive) return
    const sessionsEnded = await revokeAllSessions(tx, userId, 'admin', now)
    const entry = { actorId: null, subjectId: userId, detail: { sessionsEnded, current: true } }
    if (sessionsEnded > 0) await recordEvent(tx, 'sessions_ended', entry, sourceAt(now))
  }, undefined)
}

/** Ends a session that does not stand because its refresh token was blacklisted elsewhere. */
export async function revokeBlacklistedSession(sid: string, userId: number, now: Date): Promise<void> {
  const blacklisted = { outstandingTokens: { some: { rotatedAt: null, blacklisted: { isNot: null } } } }
  if ((await database().session.count({ where: { id: sid, userId, endedAt: null, ...blacklisted } })) === 0) return
  await whereWritable(async (tx) => {
    if (!(await revokeSession(tx, sid, 'logout', now, { userId, ...blacklisted }))) return
    const entry = { actorId: null, subjectId: userId, sessionId: sid, detail: { by: 'elsewhere' } } as const
    await recordEvent(tx, 'session_ended', entry, sourceAt(now))
  }, undefined)
}

/**
 * Ends the sessions that began with another password hash than the account has now, or before it was last deactivated. A hash
 * that Django renewed at a login is indistinguishable from a new password and ends them, too, as it ends Django's own sessions.
 * @returns how many ended
 */
export async function revokeOutdatedSessions(tx: Transaction, user: Pick<User, 'id' | 'password' | 'deactivations'>, now: Date) {
  const where = { userId: user.id, endedAt: null, NOT: matchingSnapshotWhere(user) }
  const rows = await tx.session.findMany({ where, select: { id: true, deactivations: true } })
  let ended = 0
  for (const { id, deactivations } of rows) {
    if (await revokeSession(tx, id, deactivations === null || deactivations === user.deactivations ? 'password_change' : 'admin', now))
      ended++
  }
  return ended
}

/**
 * Whether a session that was seen not to have begun with the account as it is now ended by that; a renewed hash may just have
 * been written. Where nothing can be written it counts as ended.
 */
export function isOutdated(sid: string, userId: number, now: Date): Promise<boolean> {
  return whereWritable(async (tx) => {
    const user = await lockUser(tx, userId)
    if (!user) return true
    const sessionsEnded = await revokeOutdatedSessions(tx, user, now)
    const entry = { actorId: null, subjectId: userId, detail: { sessionsEnded, current: true } }
    if (sessionsEnded > 0) await recordEvent(tx, 'sessions_ended', entry, sourceAt(now))
    return (await tx.session.count({ where: { id: sid, endedAt: null } })) === 0
  }, true)
}

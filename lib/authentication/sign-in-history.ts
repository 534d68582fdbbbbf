/** What an account's owner is told of its past. The audit log reaches back AUDIT_RETENTION, and knows nothing that Django did. */
import { lastTime } from '../audit/list-events.ts'
import { database, hasDjangoTables, type User } from '../db/client.ts'
import { isUsablePassword } from '../passwords/hash.ts'
import type { Principal } from '../sessions/principal.ts'
import { isKnownNetwork } from './known-device.ts'

/** For how long a failed sign-in is mentioned, in milliseconds. */
const RECENT = 30 * 86_400_000

/** Failures that are looked at to find one from an unknown device; the newest ones. */
const MAX_INSPECTED = 200

export interface FailedSignIns {
  /** Wrong passwords of the last 30 days. */
  count: number
  /** Whether one of them came from an unknown device, and the owner has neither signed in, nor changed the password, nor looked since. */
  alarming: boolean
}

/** @param seenAt when the owner last looked at the list of what happened; null for not lately */
export async function failedSignIns(userId: number, seenAt: Date | null, now: Date): Promise<FailedSignIns> {
  const from = new Date(now.getTime() - RECENT)
  const failed = { subjectId: userId, event: 'login_failed', detail: { contains: 'wrong_credentials' } }
  const count = await database().auditEvent.count({ where: { ...failed, at: { gte: from } } })
  if (count === 0) return { count, alarming: false }
  const answered = await lastTime(userId, ['logged_in', 'password_changed', 'password_reset', 'user_password_set'])
  const since = new Date(Math.max(from.getTime(), answered?.getTime() ?? 0, seenAt?.getTime() ?? 0))
  const newest = await database().auditEvent.findMany({
    where: { ...failed, at: { gt: since } },
    select: { ipAddress: true, userAgent: true },
    orderBy: { id: 'desc' },
    take: MAX_INSPECTED,
  })
  const known = await isKnownNetwork(userId)
  return { count, alarming: newest.some(({ ipAddress, userAgent }) => !known({ clientIp: ipAddress, userAgent })) }
}

/**
 * When the account was signed in to before this session: at Django, too, as far as its `last_login` tells.
 * @param began when this session began; null for a token of Django's, which does not say
 * @returns `never` where the log holds everything since the account was made; null where nothing is known
 */
export async function previousSignIn({ user, claims }: Principal, began: Date | null): Promise<Date | 'never' | null> {
  const row = await database().auditEvent.findFirst({
    where: { subjectId: user.id, event: 'logged_in', ...(claims.sid !== null && { sessionId: { not: claims.sid } }) },
    orderBy: { id: 'desc' },
    select: { at: true },
  })
  if (row) return row.at
  // A login here may have moved it to the session's own beginning.
  if (user.lastLogin !== null && began !== null && user.lastLogin < began) return user.lastLogin
  return (await isWholeHistoryKnown(user)) ? 'never' : null
}

/** Who gave the account its present password, as far as the log tells; `none` where it has none; null where nothing is known. */
export type PasswordOrigin = { by: 'owner' | 'administrator'; at: Date } | { by: 'signup' } | { by: 'none' } | null

/** Whether everything that happened to an account is in the log: its beginning is, and no Django signs people in beside us. */
export async function isWholeHistoryKnown({ id, dateJoined }: Pick<User, 'id' | 'dateJoined'>): Promise<boolean> {
  const began = { subjectId: id, event: { in: ['signed_up', 'user_added', 'superuser_created'] }, at: dateJoined }
  return (await database().auditEvent.count({ where: began })) > 0 && !(await hasDjangoTables())
}

/** Where the account's password comes from. */
export async function passwordOrigin(user: Pick<User, 'id' | 'dateJoined' | 'password'>): Promise<PasswordOrigin> {
  if (!isUsablePassword(user.password)) return { by: 'none' }
  const last = await database().auditEvent.findFirst({
    where: { subjectId: user.id, event: { in: ['password_changed', 'password_reset', 'user_password_set'] }, outcome: 'success' },
    orderBy: { id: 'desc' },
    select: { at: true, event: true, actorId: true },
  })
  if (last) {
    const isOwn = last.event === 'password_reset' || last.actorId === user.id
    return { by: isOwn ? 'owner' : 'administrator', at: last.at }
  }
  const signedUp = await database().auditEvent.count({ where: { subjectId: user.id, event: 'signed_up', at: user.dateJoined } })
  return signedUp > 0 && (await isWholeHistoryKnown(user)) ? { by: 'signup' } : null
}

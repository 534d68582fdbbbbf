import { type AuditSource, recordEvent } from '../audit/audit.ts'
import type { Transaction } from '../db/client.ts'
import { lockUser } from '../db/lock-user.ts'
import { settings } from '../settings.ts'
import { activeSessionWhere } from './lifetimes.ts'
import { revokeSession } from './session.ts'

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

import { database } from '../db/client.ts'
import type { AuditEventName } from './audit.ts'

/** An event as its account's owner sees it. */
export interface ListedEvent {
  /** Pages are told by it: `before` the last one's id. */
  id: number
  at: Date
  event: AuditEventName
  outcome: 'success' | 'failure'
  /** Whether the account's owner did it, as far as the login tells. */
  bySelf: boolean
  sessionId: string | null
  clientIp: string | null
  /** As the client claimed it. */
  userAgent: string
  /** What the event's declaration names (AuditEvents). */
  detail: Record<string, unknown>
}

/**
 * What happened to an account, the newest first.
 * @param before the id of the last event already seen
 * @param limit how many at most
 */
export async function recentEvents(userId: number, before: number | null = null, limit = 20): Promise<ListedEvent[]> {
  const rows = await database().auditEvent.findMany({
    where: { subjectId: userId, ...(before !== null && { id: { lt: before } }) },
    orderBy: { id: 'desc' },
    take: limit,
  })
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    event: row.event as AuditEventName,
    outcome: row.outcome as ListedEvent['outcome'],
    bySelf: row.actorId === userId,
    sessionId: row.sessionId,
    clientIp: row.ipAddress,
    userAgent: row.userAgent,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  }))
}

import { database } from '../db/client.ts'
import { MAX_ID } from '../fields/choice.ts'
import type { AuditEventName } from './events.ts'

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

export interface PageOfEvents {
  events: ListedEvent[]
  /** What the page of earlier events comes before; null when there are none. */
  older: number | null
  /** The same for later ones; `first` for the first page. */
  newer: number | 'first' | null
}

/**
 * @param before an event's id, as the address says it; anything else is the first page
 * @param size events of a page
 */
export async function pageOfEvents(userId: number, before: unknown, size = 20): Promise<PageOfEvents> {
  const id = typeof before === 'string' && /^\d{1,16}$/.test(before) ? Number(before) : undefined
  const from = id !== undefined && id <= MAX_ID ? id : undefined
  const found = await recentEvents(userId, from, size + 1)
  const events = found.slice(0, size)
  const older = found.length > size ? (events.at(-1)?.id ?? null) : null
  return { events, older, newer: from === undefined ? null : await newerPage(userId, from, size) }
}

/** Where the page before the one that begins below `before` begins: above as many events as a page has. */
async function newerPage(userId: number, before: number, size: number): Promise<number | 'first' | null> {
  const rows = await database().auditEvent.findMany({
    where: { subjectId: userId, id: { gte: before } },
    orderBy: { id: 'asc' },
    select: { id: true },
    take: size + 1,
  })
  if (rows.length === 0) return null
  return rows.length > size ? (rows.at(-1)?.id ?? 'first') : 'first'
}

/** When one of these events last happened to an account; null when never. */
export async function lastTime(userId: number, events: AuditEventName[], outcome: 'success' | 'failure' = 'success'): Promise<Date | null> {
  const row = await database().auditEvent.findFirst({
    where: { subjectId: userId, event: { in: events }, outcome },
    orderBy: { id: 'desc' },
    select: { at: true },
  })
  return row?.at ?? null
}

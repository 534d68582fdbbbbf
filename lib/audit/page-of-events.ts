/** An account's timeline, a page at a time. */
import { database } from '../db/client.ts'
import type { AuditEventName } from './audit.ts'
import { type ListedEvent, recentEvents } from './list-events.ts'

export interface PageOfEvents {
  events: ListedEvent[]
  /** What the page of earlier events comes before; null when there are none. */
  older: number | null
  /** The same for later ones; `first` for the first page. */
  newer: number | 'first' | null
}

/** The largest id that both databases take. */
const LARGEST_ID = 2 ** 53 - 1

/**
 * @param before an event's id, as the address says it; anything else is the first page
 * @param size events of a page
 */
export async function pageOfEvents(userId: number, before: unknown, size = 20): Promise<PageOfEvents> {
  const id = typeof before === 'string' && /^\d{1,16}$/.test(before) ? Number(before) : undefined
  const from = id !== undefined && id <= LARGEST_ID ? id : undefined
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

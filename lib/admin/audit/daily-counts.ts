import type { AuditEventName } from '../../audit/audit.ts'
import { database, provider } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'

export interface DailyCount {
  /** A day of UTC, `2026-11-24`. */
  day: string
  count: number
}

const DAY = 86_400_000
const { sql, join } = Prisma

/**
 * How often something happened on each of the last days, today's last; a day without it is there, too.
 * @param events their counts by name
 * @param days how many, today among them
 */
export async function dailyCounts<Name extends AuditEventName>(
  events: readonly Name[],
  days: number,
  now: Date,
): Promise<Record<Name, DailyCount[]>> {
  const names = Array.from({ length: days }, (_, index) => new Date(now.getTime() - (days - 1 - index) * DAY).toISOString().slice(0, 10))
  const since = new Date(`${names[0]}T00:00:00Z`)
  // SQLite holds a time as the client's text, which begins with the day of UTC.
  const day = provider() === 'sqlite' ? sql`substr("at", 1, 10)` : sql`to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD')`
  const rows = await database().$queryRaw<{ event: string; day: string; n: unknown }[]>`
    SELECT "event", ${day} AS "day", count(*) AS n FROM "accounts_auditevent"
    WHERE "at" >= ${since} AND "event" IN (${join([...events])}) GROUP BY 1, 2`
  const counts = new Map(rows.map((row) => [`${row.event} ${row.day}`, Number(row.n)]))
  const series = events.map((event) => [event, names.map((name) => ({ day: name, count: counts.get(`${event} ${name}`) ?? 0 }))])
  return Object.fromEntries(series) as Record<Name, DailyCount[]>
}

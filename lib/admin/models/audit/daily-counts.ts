import type { AuditEventName } from '../../../audit/events.ts'
import { database } from '../../../db/client.ts'
import { Prisma } from '../../../db/generated/sqlite/client.ts'
import { dailyEmailStats, type MailOutcome } from '../../../mail/outbox.ts'

export interface DailyCount {
  /** A day of UTC, `2026-11-24`. */
  day: string
  count: number
}

const DAY = 86_400_000
const { sql, join, raw } = Prisma

/** The last days of UTC, today's last. @param days how many */
const lastDays = (days: number, now: Date) =>
  Array.from({ length: days }, (_, index) => new Date(now.getTime() - (days - 1 - index) * DAY).toISOString().slice(0, 10))

/**
 * How often something happened on each of the days. Each day is a range of the index (event, at), which is counted without a
 * look at the rows; to work out the day of each row takes several times as long.
 */
async function countDays(event: AuditEventName, days: string[]): Promise<DailyCount[]> {
  const counts = days.map((day, index) => {
    const from = new Date(`${day}T00:00:00Z`)
    return sql`SELECT ${raw(String(index))} AS "i", count(*) AS n FROM "accounts_auditevent"
      WHERE "event" = ${event} AND "at" >= ${from} AND "at" < ${new Date(from.getTime() + DAY)}`
  })
  const rows = await database().$queryRaw<{ i: unknown; n: unknown }[]>(join(counts, ' UNION ALL '))
  const found = new Map(rows.map(({ i, n }) => [Number(i), Number(n)]))
  return days.map((day, index) => ({ day, count: found.get(index) ?? 0 }))
}

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
  const names = lastDays(days, now)
  const series = await Promise.all(events.map(async (event) => [event, await countDays(event, names)] as const))
  return Object.fromEntries(series) as Record<Name, DailyCount[]>
}

/** How many mails were sent and failed on each of the last days, as dailyCounts(). */
export async function dailyMail(days: number, now: Date): Promise<Record<MailOutcome, DailyCount[]>> {
  const names = lastDays(days, now)
  const counts = new Map((await dailyEmailStats(names[0] ?? '')).map(({ day, outcome, count }) => [`${outcome} ${day}`, count]))
  const of = (outcome: MailOutcome) => names.map((day) => ({ day, count: counts.get(`${outcome} ${day}`) ?? 0 }))
  return { sent: of('sent'), failed: of('failed') }
}

/** How many emails were sent and failed on each day; kept when the emails are long gone. */
import { type Database, database, type Transaction } from '../db/client.ts'

export type MailOutcome = 'sent' | 'failed'

/** Adds one to a day's tally. @param tx the transaction that concludes the email */
export async function countEmail(tx: Transaction, outcome: MailOutcome, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  // One statement, because two processes could both find no row.
  await tx.$executeRaw`INSERT INTO accounts_mailtally (day, outcome, count) VALUES (${day}, ${outcome}, 1)
    ON CONFLICT (day, outcome) DO UPDATE SET count = accounts_mailtally.count + 1`
}

/** @param since a day of UTC, `2026-11-24` @returns the days from then on that have any, in no order */
export const dailyEmailStats = (since: string, db: Database = database()) => db.mailDailyStat.findMany({ where: { day: { gte: since } } })

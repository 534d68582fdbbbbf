/** How many letters were sent and given up on each day; kept when the letters are long gone. */
import { type Database, database, type Transaction } from '../db/client.ts'

export type MailOutcome = 'sent' | 'failed'

/** Adds one to a day's tally. @param tx the transaction that concludes the letter */
export async function tallyMail(tx: Transaction, outcome: MailOutcome, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  // One statement, lest two processes both find no row.
  await tx.$executeRaw`INSERT INTO accounts_mailtally (day, outcome, count) VALUES (${day}, ${outcome}, 1)
    ON CONFLICT (day, outcome) DO UPDATE SET count = accounts_mailtally.count + 1`
}

/** @param since a day of UTC, `2026-11-24` @returns the days from then on that have any, in no order */
export const mailTallies = (since: string, db: Database = database()) => db.mailTally.findMany({ where: { day: { gte: since } } })

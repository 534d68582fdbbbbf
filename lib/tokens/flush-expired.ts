/** Deletes what has expired (Simple JWT's flushexpiredtokens). */
import { type Database, database } from '../db/client.ts'
import { CLOCK_SKEW } from '../gate/tokens.ts'
import { endOfUse } from './refresh-token.ts'

/** Rows deleted in one statement, so that nobody waits long for the write lock. */
export const BATCH = 500

/** @returns how many refresh tokens and sessions were deleted */
export async function flushExpired(now: Date, db: Database = database()): Promise<{ tokens: number; sessions: number }> {
  return { tokens: await flushTokens(now, Number.POSITIVE_INFINITY, db), sessions: await flushSessions(now, Number.POSITIVE_INFINITY, db) }
}

/** @param batches most of them @returns how many were deleted */
export async function flushTokens(now: Date, batches: number, db: Database = database()): Promise<number> {
  // Another server's clock may be behind: there a blacklisted token without its row would still be in time.
  const end = new Date(endOfUse(now).getTime() - CLOCK_SKEW * 1000)
  let deleted = 0
  let after = 0
  for (let batch = 0; batch < batches; batch++) {
    // In SQLite dates are text, and Django's sort before ours of the same day: the candidates are compared as dates, lest
    // a blacklisted token lose its row while it is still in time.
    const rows = await db.outstandingToken.findMany({
      where: { expiresAt: { lte: end }, id: { gt: after } },
      select: { id: true, expiresAt: true },
      orderBy: { id: 'asc' },
      take: BATCH,
    })
    const ids = rows.filter((row) => row.expiresAt <= end).map((row) => row.id)
    await db.blacklistedToken.deleteMany({ where: { tokenId: { in: ids } } })
    deleted += (await db.outstandingToken.deleteMany({ where: { id: { in: ids } } })).count
    if (rows.length < BATCH) break
    after = rows.at(-1)?.id ?? after
  }
  return deleted
}

/** @param batches most of them @returns how many were deleted */
export async function flushSessions(now: Date, batches: number, db: Database = database()): Promise<number> {
  let deleted = 0
  for (let batch = 0; batch < batches; batch++) {
    const over = { expiresAt: { lte: endOfUse(now) } }
    const rows = await db.session.findMany({ where: over, select: { id: true }, take: BATCH })
    // Asked twice: a refresh may extend a session between the choice and the deletion.
    deleted += (await db.session.deleteMany({ where: { id: { in: rows.map((row) => row.id) }, ...over } })).count
    if (rows.length < BATCH) break
  }
  return deleted
}

/** Deletes what has expired (Simple JWT's flushexpiredtokens). */
import { type Database, database } from '../db/client.ts'

/** Rows deleted in one statement, so that nobody waits long for the write lock. */
const BATCH = 500

/** @returns how many refresh tokens and sessions were deleted */
export async function flushExpired(now: Date, db: Database = database()): Promise<{ tokens: number; sessions: number }> {
  return { tokens: await flushTokens(now, db), sessions: await flushSessions(now, db) }
}

async function flushTokens(now: Date, db: Database): Promise<number> {
  let deleted = 0
  let after = 0
  for (;;) {
    // In SQLite dates are text, and Django's sort before ours of the same day: the candidates are compared as dates, lest
    // a blacklisted token lose its row while it is still in time.
    const rows = await db.outstandingToken.findMany({
      where: { expiresAt: { lte: now }, id: { gt: after } },
      select: { id: true, expiresAt: true },
      orderBy: { id: 'asc' },
      take: BATCH,
    })
    const ids = rows.filter((row) => row.expiresAt <= now).map((row) => row.id)
    await db.blacklistedToken.deleteMany({ where: { tokenId: { in: ids } } })
    deleted += (await db.outstandingToken.deleteMany({ where: { id: { in: ids } } })).count
    if (rows.length < BATCH) return deleted
    after = rows.at(-1)?.id ?? after
  }
}

async function flushSessions(now: Date, db: Database): Promise<number> {
  let deleted = 0
  for (;;) {
    const rows = await db.session.findMany({ where: { expiresAt: { lte: now } }, select: { id: true }, take: BATCH })
    deleted += (await db.session.deleteMany({ where: { id: { in: rows.map((row) => row.id) } } })).count
    if (rows.length < BATCH) return deleted
  }
}

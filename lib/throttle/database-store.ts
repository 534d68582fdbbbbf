import { database, provider, type Transaction } from '../db/client.ts'
import { isUnavailable } from '../db/errors.ts'
import { type Count, type CounterStore, LateStore, type OpenCounter } from './counter-store.ts'

interface Row {
  count: number | bigint
  expires_at: number | bigint
}

/** Counters as rows, shared by all processes of one database. */
export class DatabaseStore implements CounterStore {
  readonly #db: () => Transaction

  /** @param db a transaction's client counts within that transaction: what is rolled back is not counted */
  constructor(db: () => Transaction = database) {
    this.#db = db
  }

  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const second = Math.floor(now)
    const end = second + window
    // The row is locked before the condition is looked at: nobody comes between.
    const rows = await this.#db().$queryRaw<Row[]>`
      INSERT INTO accounts_throttlecounter (key, count, expires_at) VALUES (${key}, 1, ${end})
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN accounts_throttlecounter.expires_at <= ${second} THEN 1 ELSE accounts_throttlecounter.count + 1 END,
        expires_at = CASE WHEN accounts_throttlecounter.expires_at <= ${second} THEN excluded.expires_at ELSE accounts_throttlecounter.expires_at END
      WHERE accounts_throttlecounter.expires_at <= ${second} OR accounts_throttlecounter.count < ${limit}
      RETURNING count, expires_at`
    const [row] = rows
    if (row) return { admitted: true, count: Number(row.count), expiresAt: Number(row.expires_at) }
    const full = await this.#db().throttleCounter.findUnique({ where: { key } })
    return { admitted: false, count: full?.count ?? limit, expiresAt: full?.expiresAt ?? end }
  }

  read(keys: string[], now: number): Promise<OpenCounter[]> {
    const open = { key: { in: keys }, expiresAt: { gt: Math.floor(now) } }
    return this.#db().throttleCounter.findMany({ where: open, select: { key: true, count: true, expiresAt: true } })
  }

  async find(prefix: string, most: number, now: number): Promise<string[]> {
    const open = { key: { startsWith: prefix }, expiresAt: { gt: Math.floor(now) } }
    const rows = await this.#db().throttleCounter.findMany({ where: open, select: { key: true }, take: most })
    return rows.map(({ key }) => key)
  }

  async remove(keys: string[]): Promise<number> {
    return (await this.#db().throttleCounter.deleteMany({ where: { key: { in: keys } } })).count
  }

  isHopeless(error: unknown): boolean {
    // In SQLite only a writer is in the way: the request's own transaction waits for its turn as well as this did.
    return provider() === 'postgresql' && (error instanceof LateStore || isUnavailable(error))
  }

  async giveBack(key: string, expiresAt: number): Promise<void> {
    await this.#db().throttleCounter.updateMany({ where: { key, expiresAt, count: { gt: 0 } }, data: { count: { decrement: 1 } } })
  }
}

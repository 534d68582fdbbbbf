/** Where counters are kept: in the database, and in this process while the shared store fails. Redis is apart (redis-store.ts). */
import { database, isUnavailable, provider, type Transaction } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import type { Count, CounterStore, LimitRequest, OpenCounter, Reservation, ReservationResult } from './counters.ts'

const { sql, join, raw } = Prisma

/** A counter's row. */
interface Row {
  key: string
  count: number | bigint
  expires_at: number | bigint
}

/** Thrown in a store's place when it did not answer in time. */
export class StoreTimeout extends Error {}

/** Counters as rows, shared by all processes of one database. */
export class DatabaseStore implements CounterStore {
  readonly #db: () => Transaction

  /** @param db a transaction's client counts within that transaction: what is rolled back is not counted */
  constructor(db: () => Transaction = database) {
    this.#db = db
  }

  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const rows = await this.#count([{ key, limit, window, hold: 0 }], now)
    const taken = rows.get(key)
    if (taken) return { admitted: true, ...taken }
    const full = await this.#db().throttleCounter.findUnique({ where: { key } })
    return { admitted: false, count: full?.count ?? limit, expiresAt: full?.expiresAt ?? Math.floor(now) + window }
  }

  async takeAll(wanted: LimitRequest[], now: number): Promise<ReservationResult> {
    // Most of what is refused is seen by reading alone: a flood that is turned away writes nothing.
    const full = await this.#firstFull(wanted, now)
    if (full) return full
    const taken = await this.#count(wanted, now)
    const counts = wanted.map(({ key }) => taken.get(key))
    if (counts.every((count) => count !== undefined)) return { admitted: true, counts }
    const units = wanted.flatMap(({ key, hold }) => {
      const count = taken.get(key)
      return count ? [{ key, expiresAt: count.expiresAt, held: hold > 0 }] : []
    })
    await this.settle(units, false)
    const missed = counts.indexOf(undefined)
    const { window } = wanted[missed] as LimitRequest
    // Nothing is full any more when the blocking reservation was released in between.
    return (await this.#firstFull(wanted, now)) ?? { admitted: false, full: missed, expiresAt: Math.floor(now) + window, underWay: true }
  }

  async settle(units: Reservation[], counted: boolean): Promise<void> {
    const [held, others] = [units.filter((unit) => unit.held), units.filter((unit) => !unit.held)]
    if (held.length > 0) await this.#change(held, counted ? 0 : 1, 1)
    if (others.length > 0 && !counted) await this.#change(others, 1, 0)
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

  isFatal(error: unknown): boolean {
    // In SQLite only a writer is in the way: the request's own transaction waits for its turn as well as this did.
    return provider() === 'postgresql' && (error instanceof StoreTimeout || isUnavailable(error))
  }

  /** Counts once by each of the counters that have room. @returns those, by key */
  async #count(wanted: LimitRequest[], now: number): Promise<Map<string, Omit<Count, 'admitted'>>> {
    const second = Math.floor(now)
    // Rows are locked one after the other: always in the same order, to prevent deadlocks.
    const rows = inOrder(wanted).map(
      ({ key, window, hold }) => sql`(${key}, 1, ${second + window}, ${hold > 0 ? 1 : 0}, ${hold > 0 ? second + hold : 0})`,
    )
    const limits = wanted.map(({ key, limit }) => sql`WHEN ${key} THEN CAST(${limit} AS INTEGER)`)
    // The row is locked before its condition is evaluated, so no other request comes in between.
    const taken = await this.#db().$queryRaw<Row[]>`
      INSERT INTO accounts_throttlecounter AS counter (key, count, expires_at, pending, pending_until) VALUES ${join(rows)}
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN counter.expires_at <= ${second} THEN 1 ELSE counter.count + 1 END,
        expires_at = CASE WHEN counter.expires_at <= ${second} THEN excluded.expires_at ELSE counter.expires_at END,
        pending = excluded.pending
          + CASE WHEN counter.expires_at <= ${second} OR counter.pending_until <= ${second} THEN 0 ELSE counter.pending END,
        pending_until = CASE WHEN excluded.pending > 0 THEN excluded.pending_until ELSE counter.pending_until END
      WHERE counter.expires_at <= ${second} OR counter.count < CASE counter.key ${join(limits, ' ')} END
      RETURNING key, count, expires_at`
    return new Map(taken.map((row) => [row.key, { count: Number(row.count), expiresAt: Number(row.expires_at) }]))
  }

  async #firstFull(wanted: LimitRequest[], now: number): Promise<Extract<ReservationResult, { admitted: false }> | null> {
    const second = Math.floor(now)
    const rows = await this.#db().throttleCounter.findMany({
      where: { key: { in: wanted.map(({ key }) => key) }, expiresAt: { gt: second } },
    })
    const open = new Map(rows.map((row) => [row.key, row]))
    const full = wanted.findIndex(({ key, limit }) => (open.get(key)?.count ?? 0) >= limit)
    const row = open.get(wanted[full]?.key ?? '')
    if (!row) return null
    const pending = row.pendingUntil > second ? row.pending : 0
    return { admitted: false, full, expiresAt: row.expiresAt, underWay: row.count - pending < (wanted[full] as LimitRequest).limit }
  }

  async #change(units: Reservation[], count: number, pending: number): Promise<void> {
    const same = units.map(({ key, expiresAt }) => sql`(key = ${key} AND expires_at = ${expiresAt})`)
    const lock = provider() === 'postgresql' ? raw('FOR UPDATE') : raw('')
    await this.#db().$executeRaw`
      UPDATE accounts_throttlecounter SET
        count = count - ${count}, pending = CASE WHEN pending > 0 THEN pending - ${pending} ELSE 0 END
      WHERE key IN (
        SELECT key FROM accounts_throttlecounter WHERE count > 0 AND (${join(same, ' OR ')}) ORDER BY key ${lock})`
  }
}

const inOrder = <Keyed extends { key: string }>(keyed: Keyed[]) => [...keyed].sort((a, b) => (a.key < b.key ? -1 : 1))

/** A counter in this process. */
interface Counter {
  count: number
  expiresAt: number
  /** How many of them are under way, and until when they may be, in seconds since 1970. */
  pending: number
  pendingUntil: number
}

/** Counters in this process: what is left when the shared store fails. */
export class MemoryStore implements CounterStore {
  readonly #counters = new Map<string, Counter>()
  readonly #capacity: number

  /** @param capacity the maximum number of counters, so memory is bounded */
  constructor(capacity = 50_000) {
    this.#capacity = capacity
  }

  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const { count, expiresAt } = this.#open(key, window, now)
    const admitted = count < limit
    if (admitted) this.note(key, { count: count + 1, expiresAt }, now)
    return { admitted, count: admitted ? count + 1 : count, expiresAt }
  }

  async takeAll(wanted: LimitRequest[], now: number): Promise<ReservationResult> {
    const open = wanted.map(({ key, window }) => this.#open(key, window, now))
    const full = wanted.findIndex(({ limit }, index) => (open[index] as Counter).count >= limit)
    if (full >= 0) {
      const { count, expiresAt, pending, pendingUntil } = open[full] as Counter
      const underWay = pendingUntil > now && count - pending < (wanted[full] as LimitRequest).limit
      return { admitted: false, full, expiresAt, underWay }
    }
    const counts = open.map(({ count, expiresAt }) => ({ count: count + 1, expiresAt }))
    this.noteAll(wanted, counts, now)
    return { admitted: true, counts }
  }

  async settle(units: Reservation[], counted: boolean): Promise<void> {
    for (const { key, expiresAt, held } of units) {
      const kept = this.#counters.get(key)
      if (kept?.expiresAt !== expiresAt) continue
      if (!counted && kept.count > 0) kept.count--
      if (held && kept.pending > 0) kept.pending--
    }
  }

  async read(keys: string[], now: number): Promise<OpenCounter[]> {
    return keys.flatMap((key) => {
      const kept = this.#counters.get(key)
      return kept && kept.expiresAt > now ? [{ key, count: kept.count, expiresAt: kept.expiresAt }] : []
    })
  }

  async find(prefix: string, most: number, now: number): Promise<string[]> {
    const found: string[] = []
    for (const [key, { expiresAt }] of this.#counters) {
      if (found.length === most) break
      if (expiresAt > now && key.startsWith(prefix)) found.push(key)
    }
    return found
  }

  async remove(keys: string[]): Promise<number> {
    return keys.filter((key) => this.#counters.delete(key)).length
  }

  /** Writes down what the shared store counted, so counting continues when that one fails. @param hold as Wanted.hold */
  note(key: string, { count, expiresAt }: Omit<Count, 'admitted'>, now: number, hold = 0): void {
    const kept = this.#counters.get(key)
    const pending = kept && kept.expiresAt === expiresAt && kept.pendingUntil > now ? kept.pending : 0
    // The end of the map is what was counted last: the longest untouched go first.
    this.#counters.delete(key)
    if (this.#counters.size >= this.#capacity) this.#makeRoom(now)
    const held = hold > 0 ? { pending: pending + 1, pendingUntil: now + hold } : { pending, pendingUntil: kept?.pendingUntil ?? 0 }
    this.#counters.set(key, { count, expiresAt, ...held })
  }

  noteAll(wanted: LimitRequest[], counts: Omit<Count, 'admitted'>[], now: number): void {
    for (const [index, { key, hold }] of wanted.entries()) this.note(key, counts[index] as Omit<Count, 'admitted'>, now, hold)
  }

  get size(): number {
    return this.#counters.size
  }

  #open(key: string, window: number, now: number): Counter {
    const kept = this.#counters.get(key)
    return kept && kept.expiresAt > now ? kept : { count: 0, expiresAt: Math.floor(now) + window, pending: 0, pendingUntil: 0 }
  }

  #makeRoom(now: number): void {
    for (const [key, { expiresAt }] of this.#counters) if (expiresAt <= now) this.#counters.delete(key)
    for (const key of this.#counters.keys()) {
      if (this.#counters.size < this.#capacity * 0.9) return
      this.#counters.delete(key)
    }
  }
}

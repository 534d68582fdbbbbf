import type { Count, CounterStore, LimitRequest, OpenCounter, Reservation, ReservationResult } from './counters.ts'

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

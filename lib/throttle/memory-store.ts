import type { Count, CounterStore, OpenCounter } from './counter-store.ts'

/** Counters in this process: what is left when the shared store fails. */
export class MemoryStore implements CounterStore {
  readonly #counters = new Map<string, { count: number; expiresAt: number }>()
  readonly #capacity: number

  /** @param capacity most counters kept: memory is bounded, whatever is sent */
  constructor(capacity = 50_000) {
    this.#capacity = capacity
  }

  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const kept = this.#counters.get(key)
    const counter = kept && kept.expiresAt > now ? kept : { count: 0, expiresAt: Math.floor(now) + window }
    const admitted = counter.count < limit
    if (admitted) this.note(key, { count: counter.count + 1, expiresAt: counter.expiresAt }, now)
    return { admitted, count: admitted ? counter.count + 1 : counter.count, expiresAt: counter.expiresAt }
  }

  async giveBack(key: string, expiresAt: number): Promise<void> {
    const kept = this.#counters.get(key)
    if (kept?.expiresAt === expiresAt && kept.count > 0) kept.count--
  }

  async read(keys: string[], now: number): Promise<OpenCounter[]> {
    return keys.flatMap((key) => {
      const kept = this.#counters.get(key)
      return kept && kept.expiresAt > now ? [{ key, ...kept }] : []
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

  /** Writes down what the shared store counted, so that nothing starts anew when that one fails. */
  note(key: string, { count, expiresAt }: Omit<Count, 'admitted'>, now: number): void {
    // The end of the map is what was counted last: the longest untouched go first.
    this.#counters.delete(key)
    if (this.#counters.size >= this.#capacity) this.#makeRoom(now)
    this.#counters.set(key, { count, expiresAt })
  }

  get size(): number {
    return this.#counters.size
  }

  #makeRoom(now: number): void {
    for (const [key, { expiresAt }] of this.#counters) if (expiresAt <= now) this.#counters.delete(key)
    for (const key of this.#counters.keys()) {
      if (this.#counters.size < this.#capacity * 0.9) return
      this.#counters.delete(key)
    }
  }
}

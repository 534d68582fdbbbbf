/** The counters of this process: the shared store, and what holds in its place while it fails. */
import { DATABASE_RETRY_AFTER, ServiceUnavailable, withinTime } from '../errors.ts'
import { log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import { DatabaseStore, MemoryStore, StoreTimeout } from './stores.ts'

/** How long the store is left alone after it failed, in milliseconds. */
export const PAUSE_AFTER_FAILURE = 3000

/**
 * Counts in the shared store. Where that fails or takes too long the request is counted in this process instead, from
 * where the store was: a broken store limits more coarsely, never not at all, and breaks no request (RL-6).
 */
export class Counters {
  readonly #store: Promise<CounterStore>
  readonly #memory: MemoryStore
  readonly #timeout: number
  readonly #clock: () => number
  #pausedUntil = 0

  /** @param timeout longest to wait for the store, in milliseconds @param clock milliseconds that never go back */
  constructor(
    store: CounterStore | Promise<CounterStore>,
    timeout: number,
    clock: () => number = () => performance.now(),
    memory = new MemoryStore(),
  ) {
    this.#store = Promise.resolve(store)
    this.#memory = memory
    this.#timeout = timeout
    this.#clock = clock
  }

  /** As CounterStore.take(). @throws ServiceUnavailable where the store is what the request needs anyway, and is away */
  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const count = await this.#ask((store) => store.take(key, limit, window, now))
    if (!count) return this.#memory.take(key, limit, window, now)
    this.#memory.note(key, count, now)
    return count
  }

  /** As CounterStore.takeAll(). @throws ServiceUnavailable as take() */
  async takeAll(wanted: LimitRequest[], now: number): Promise<ReservationResult> {
    const taken = await this.#ask((store) => store.takeAll(wanted, now))
    if (!taken) return this.#memory.takeAll(wanted, now)
    if (taken.admitted) this.#memory.noteAll(wanted, taken.counts, now)
    return taken
  }

  /** As CounterStore.settle(); never throws. */
  async settle(units: Reservation[], counted: boolean): Promise<void> {
    await this.#memory.settle(units, counted)
    if (units.length > 0) await this.#ask((store) => store.settle(units, counted)).catch(() => {})
  }

  /** As CounterStore.read(). */
  async read(keys: string[], now: number): Promise<OpenCounter[]> {
    return (await this.#ask((store) => store.read(keys, now))) ?? this.#memory.read(keys, now)
  }

  /** As CounterStore.find(). */
  async find(prefix: string, most: number, now: number): Promise<string[]> {
    return (await this.#ask((store) => store.find(prefix, most, now))) ?? this.#memory.find(prefix, most, now)
  }

  /** As CounterStore.remove(); where the store does not answer, only those are forgotten that count in its place. */
  async remove(keys: string[]): Promise<number> {
    const here = await this.#memory.remove(keys)
    return (await this.#ask((store) => store.remove(keys))) ?? here
  }

  async close(): Promise<void> {
    await (await this.#store).close?.()
  }

  /** @returns undefined when the store does not answer @throws ServiceUnavailable */
  async #ask<Result>(question: (store: CounterStore) => Promise<Result>): Promise<Result | undefined> {
    if (this.#clock() < this.#pausedUntil) return undefined
    const store = await this.#store
    try {
      return await withinTime(question(store), this.#timeout, () => new StoreTimeout('timeout'))
    } catch (error) {
      if (this.#clock() >= this.#pausedUntil) report()
      this.#pausedUntil = this.#clock() + PAUSE_AFTER_FAILURE
      if (store.isFatal?.(error)) throw new ServiceUnavailable('database_unavailable', DATABASE_RETRY_AFTER)
      return undefined
    }
  }
}

const report = () => log().warn({ until: 'counted in this process' }, 'throttle_store_failed')

/** Longest to wait for Redis, in milliseconds; so long that a busy process does not take its own delay for a failure. */
const REDIS_TIMEOUT = 2000

const shared = processValue<Counters>('counters')

/** Loads the driver of Redis only where Redis is used. */
const redisStore = async (url: string): Promise<CounterStore> => new (await import('./redis-store.ts')).RedisStore(url)

/** The counters of this process: in Redis where REDIS_URL names one, else in the database. */
export function counters(): Counters {
  const { REDIS_URL, DATABASE_TIMEOUT } = settings()
  shared.current ??= REDIS_URL
    ? new Counters(redisStore(REDIS_URL), REDIS_TIMEOUT)
    : new Counters(new DatabaseStore(), DATABASE_TIMEOUT * 1000)
  return shared.current
}

/** The state of a counter after a request. */
export interface Count {
  /** Whether this request was counted; refused ones are not, so that they neither lengthen a window nor fill it. */
  admitted: boolean
  count: number
  /** When its window ends, in seconds since 1970. */
  expiresAt: number
}

/** A counter that a request is to be counted by. */
export interface LimitRequest {
  key: string
  limit: number
  /** In seconds. */
  window: number
  /** How long the reservation may stay open until it is settled, in seconds; 0 counts immediately and permanently. */
  hold: number
}

/** All counters of a request were taken, or none. */
export type ReservationResult =
  | { admitted: true; counts: Omit<Count, 'admitted'>[] }
  | {
      admitted: false
      /** The index of the first one that was full. */
      full: number
      expiresAt: number
      /** Whether it would have room if all open reservations were released. */
      underWay: boolean
    }

/** What a request was counted as. */
export interface Reservation {
  key: string
  expiresAt: number
  /** Whether it is under way until it is settled. */
  held: boolean
}

/** A counter whose window is open. */
export interface OpenCounter {
  key: string
  count: number
  /** In seconds since 1970. */
  expiresAt: number
}

/** What every store of counters does. */
export interface CounterStore {
  /**
   * Counts one request, unless `limit` were counted already since the window opened: in one atomic step, so that of any
   * concurrent requests no more than `limit` are admitted. The window opens with the second of its first request and no later one
   * moves it, so a reported wait never grows.
   * @param window in seconds @param now in seconds since 1970
   */
  take(key: string, limit: number, window: number, now: number): Promise<Count>
  /** The same by several counters, whose keys differ: all of them, or none. */
  takeAll(wanted: LimitRequest[], now: number): Promise<ReservationResult>
  /**
   * Ends what is under way, as far as windows are still the same ones.
   * @param counted whether the reservations stay counted; otherwise they are released, including those that are not held
   */
  settle(units: Reservation[], counted: boolean): Promise<void>
  /** The counters of some keys, as far as their windows are open. @param now in seconds since 1970 */
  read(keys: string[], now: number): Promise<OpenCounter[]>
  /** Keys that begin with a text, of open windows: `most` at most, and fewer where looking for them would take long. */
  find(prefix: string, most: number, now: number): Promise<string[]>
  /** Forgets counters. @returns how many of them there were */
  remove(keys: string[]): Promise<number>
  /**
   * Whether an error of it means that nothing else could be done for the request either, so that it need not wait to be told
   * so a second time.
   */
  isFatal?(error: unknown): boolean
  /** Lets go of connections, if the store has its own. */
  close?(): Promise<void>
}

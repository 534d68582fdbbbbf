/** What every store of counters does. */

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

/** Thrown in the store's place when it did not answer in time. */
export class StoreTimeout extends Error {}

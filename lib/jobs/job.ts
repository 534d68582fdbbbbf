/** What runs in the background: registry.ts lists every job. */
import { isUnavailable } from '../db/client.ts'

/** One row that could not be handled, `account 12`, and why. The job goes on with the next one. */
export type OnFailure = (row: string, error: unknown) => void

export interface JobContext {
  /** The clock. A job reads it again for each batch. */
  now: () => Date
  onFailure: OnFailure
}

export interface Job {
  name: string
  /** What it did to the rows it counts, for people: `expired tokens deleted`. */
  done: string
  /** Seconds between two rounds in one server. */
  every: number
  /**
   * Works off everything that is due, one bounded batch at each step, so that others get to write in between. Several servers
   * may run it concurrently: each row is claimed by the statement that handles it.
   * @returns after each batch how many rows it handled
   * @throws where the job cannot go on at all; the next round starts again
   */
  run: (context: JobContext) => AsyncGenerator<number, void>
}

export interface JobOutcome {
  /** Rows that were handled. */
  handled: number
  /** Rows that could not be; each was reported. */
  failed: number
  /** Why the job could not go on, where it could not. */
  error?: unknown
}

/** Runs a job until nothing is due. It never throws: one job that fails holds up no other. */
export async function runJob({ run }: Job, now: () => Date, onFailure: OnFailure): Promise<JobOutcome> {
  const outcome: JobOutcome = { handled: 0, failed: 0 }
  const countFailure: OnFailure = (row, error) => {
    outcome.failed += 1
    onFailure(row, error)
  }
  try {
    for await (const handled of run({ now, onFailure: countFailure })) outcome.handled += handled
  } catch (error) {
    outcome.error = error
  }
  return outcome
}

/** After this many consecutive unavailable rows, the database is considered unavailable, not just the rows. */
export const MAX_UNAVAILABLE = 3

export interface RowFailures {
  /** Reports a row. @throws its error where the round must end, since the database is away */
  add: (row: string, error: unknown) => void
  /** Notes that rows were handled since, so the database is there. */
  handled: () => void
}

/**
 * The rows of one round that could not be handled. A row that is locked, or takes longer than a statement may, fails like the
 * database that is away: it is reported like any other, and the round goes on with the next one.
 */
export function rowFailures(onFailure: OnFailure): RowFailures {
  let unavailable = 0
  return {
    add: (row, error) => {
      onFailure(row, error)
      unavailable = isUnavailable(error) ? unavailable + 1 : 0
      if (unavailable >= MAX_UNAVAILABLE) throw error
    },
    handled: () => {
      unavailable = 0
    },
  }
}

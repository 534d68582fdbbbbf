/** What runs in the background: registry.ts lists every job, run-job.ts runs one. */

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

import { isUnavailable } from '../db/errors.ts'
import type { OnFailure } from './job.ts'

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

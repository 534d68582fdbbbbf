import { isUnavailable } from '../db/client.ts'
import { MAX_UNAVAILABLE, type OnFailure, type RowFailures, rowFailures } from './job.ts'

/** Rows deleted in one statement. Small batches keep the write lock short. */
export const BATCH = 500
/** After so many rows that cannot be deleted something is wrong with all of them. */
const MAX_FAILURES = 1000

export interface Deletion<Id extends string | number> {
  /** What its rows are called when one cannot be deleted. */
  row: string
  /** At most BATCH rows that are due, without those that failed in this round. */
  find: (failed: Id[]) => Promise<Id[]>
  /** Deletes rows. It must ask again whether they are due: they may have changed since they were found. */
  remove: (ids: Id[]) => Promise<{ count: number }>
}

/** Deletes what is due, a batch per step. A row that cannot be deleted is reported and left; the others of its batch go. */
export async function* deleteInBatches<Id extends string | number>(
  { row, find, remove }: Deletion<Id>,
  onFailure: OnFailure,
): AsyncGenerator<number, void> {
  const failed: Id[] = []
  const failures = rowFailures(onFailure)
  const fail = (id: Id, error: unknown) => {
    failed.push(id)
    failures.add(`${row} ${id}`, error)
    if (failed.length >= MAX_FAILURES) throw error
  }
  for (;;) {
    const before = failed.length
    const ids = await find(failed)
    const deleted = await handleRows(ids, remove, { add: fail, handled: failures.handled })
    yield deleted
    // Without the second condition rows that are found but not due would be asked for for ever.
    if (ids.length < BATCH || (deleted === 0 && failed.length === before)) return
  }
}

/**
 * Handles rows in one statement, or, when one of them cannot be handled, each half by itself.
 * @returns how many
 */
export async function handleRows<Row>(
  rows: Row[],
  handle: (rows: Row[]) => Promise<{ count: number }>,
  failures: { add: (row: Row, error: unknown) => void } & Pick<RowFailures, 'handled'>,
): Promise<number> {
  const [first] = rows
  let alone = 0
  if (first === undefined) return 0
  try {
    const { count } = await handle(rows)
    failures.handled()
    return count
  } catch (error) {
    if (rows.length === 1) {
      failures.add(first, error)
      return 0
    }
    // Single rows tell a database that is away, which ends the round, from a row that is locked, without a wait for each half.
    if (isUnavailable(error)) alone = MAX_UNAVAILABLE
  }
  const middle = alone + Math.ceil(Math.max(0, rows.length - alone) / 2)
  const parts = [...rows.slice(0, alone).map((row) => [row]), rows.slice(alone, middle), rows.slice(middle)]
  let handled = 0
  for (const part of parts) handled += await handleRows(part, handle, failures)
  return handled
}

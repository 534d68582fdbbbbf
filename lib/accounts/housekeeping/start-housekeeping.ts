import { randomInt } from 'node:crypto'
import { purge } from './purge.ts'

/** Between two runs, in milliseconds; up to half of it more by chance, lest many servers run at once. */
const INTERVAL = 600_000
/** Of each kind of rows, in one run. */
const BATCHES = 10

/** Purges from time to time while the server runs, a little at once. @returns what stops it */
export function startHousekeeping(): () => void {
  let timer: NodeJS.Timeout
  const wait = () => INTERVAL + randomInt(INTERVAL / 2)
  const run = async () => {
    try {
      await purge(new Date(), BATCHES)
    } catch {
      // An unreachable database: every request says so itself, and the next run comes.
    }
    timer = setTimeout(run, wait()).unref()
  }
  timer = setTimeout(run, wait() / 10).unref()
  return () => clearTimeout(timer)
}

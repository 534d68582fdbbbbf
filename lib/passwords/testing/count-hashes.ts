/** For tests: how many passwords are hashed, which is what an answer's time hangs on (EN-2). */
import { hashingPool } from '../pool.ts'

/** Does something and counts its hashes. */
export async function countHashes(work: () => Promise<unknown>): Promise<number> {
  const pool = hashingPool()
  const run = pool.run.bind(pool)
  let hashes = 0
  pool.run = (request) => {
    hashes++
    return run(request)
  }
  try {
    await work()
  } finally {
    pool.run = run
  }
  return hashes
}

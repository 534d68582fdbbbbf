/** For tests: runs a job of the registry as server and commands do. */

import { runJob } from '../job.ts'
import { jobs } from '../registry.ts'

/** @returns how many rows it handled, and what it says of those that failed @throws what ended the job */
export async function runDue(name: string, now: Date): Promise<{ handled: number; failed: string[] }> {
  const job = jobs.find((candidate) => candidate.name === name)
  if (!job) throw new Error(`no job ${name}`)
  const failed: string[] = []
  const { handled, error } = await runJob(
    job,
    () => now,
    (row) => failed.push(row),
  )
  if (error !== undefined) throw error
  return { handled, failed }
}

/** Deletes tokens and sessions that have expired. */
export async function flushExpired(now: Date): Promise<void> {
  await runDue('flush-expired-tokens', now)
  await runDue('flush-expired-sessions', now)
}

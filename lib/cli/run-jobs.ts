/** `run-jobs` and `flushexpiredtokens`: what the servers do in the background, all of it at once. */
import { isUnavailable } from '../db/client.ts'
import { runJob } from '../jobs/job.ts'
import { jobs } from '../jobs/registry.ts'
import { CommandError, processTerminal, say, warn } from './terminal.ts'

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
const words = (error: unknown) => (error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? error.name) : String(error))

/**
 * Runs every job, or one, until nothing is due, and prints how much each did.
 * @throws CommandError for an unknown name, and at the end when something failed; the database's error as soon as it cannot be reached
 */
export async function runJobs(name?: string, terminal = processTerminal()): Promise<void> {
  const chosen = name === undefined ? jobs : jobs.filter((job) => job.name === name)
  if (chosen.length === 0) throw new CommandError(`there is no job "${name}". Jobs: ${jobs.map((job) => job.name).join(', ')}`, 2)
  const failures: string[] = []
  for (const job of chosen) {
    const fail = (what: string, error: unknown) => warn(terminal, `${job.name}: ${what}: ${words(error)}`)
    const { handled, failed, error } = await runJob(job, () => new Date(), fail)
    // The other jobs would meet the same, one time-out after the other; where rows were found, it may be those alone.
    if (isUnavailable(error) && failed === 0) throw error
    if (error === undefined) say(terminal, `${job.name}: ${handled} ${job.done}`)
    else warn(terminal, `${job.name}: ${words(error)}`)
    if (failed > 0 || error !== undefined) failures.push(failed > 0 ? `${job.name} (${plural(failed, 'row')})` : job.name)
  }
  if (failures.length > 0) throw new CommandError(`failed: ${failures.join(', ')}`)
}

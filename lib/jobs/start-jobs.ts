/** Runs the jobs in a server, each at its own times, and logs what they did. */
import { isUnavailable } from '../db/client.ts'
import { errorFields, log } from '../log.ts'
import { type Job, type JobOutcome, runJob } from './job.ts'
import { jobs } from './registry.ts'

/** The soonest that a job that failed is run again, in seconds. */
const RETRY_AFTER = 5

/** A row that fails again within this time, in seconds, was not locked for a moment. A job may leave it out for an hour. */
const REPEATED_WITHIN = 86_400
/** Most rows remembered as failed; forgetting one costs its level in the log. */
const FAILURE_MEMORY = 10_000

/** Where the time comes from; tests bring their own. */
export interface Timers {
  now: () => Date
  /** Calls back once, after so many seconds. @returns what cancels it */
  after: (seconds: number, callback: () => void) => () => void
  /** From 0 to 1, without 1. */
  random: () => number
}

const realTimers: Timers = {
  now: () => new Date(),
  after: (seconds, callback) => {
    const timer = setTimeout(callback, seconds * 1000).unref()
    return () => clearTimeout(timer)
  },
  random: Math.random,
}

/** Starts every job of the registry in this process. @returns what stops them */
export function startJobs(timers: Timers = realTimers, list: readonly Job[] = jobs): () => void {
  const stops = list.map((job) => startJob(job, timers))
  return () => {
    for (const stop of stops) stop()
  }
}

function startJob(job: Job, { now, after, random }: Timers): () => void {
  let stopped = false
  let failures = 0
  const failed = new Map<string, number>()
  /** Notes the failure of a row. @returns whether it failed not long ago, too */
  const isRepeated = (row: string): boolean => {
    const [last, time] = [failed.get(row), now().getTime()]
    if (failed.size >= FAILURE_MEMORY) failed.clear()
    failed.set(row, time)
    return last !== undefined && time - last < REPEATED_WITHIN * 1000
  }
  // Up to half longer by chance: servers that started together do not run their jobs together.
  const wait = (seconds: number) => after(seconds * (1 + random() / 2), round)
  let cancel = wait(job.every / 10)

  async function round(): Promise<void> {
    const started = performance.now()
    const outcome = await runJob(job, now, (row, error) => {
      // A row that is locked for a moment is no fault.
      const level = !isRepeated(row) && isUnavailable(error) ? 'warn' : 'error'
      log()[level]({ job: job.name, row, ...errorFields(error) }, 'job_row_failed')
    })
    failures = outcome.error === undefined ? 0 : failures + 1
    logOutcome(job, outcome, failures, Math.round(performance.now() - started))
    if (!stopped) cancel = wait(failures > 0 ? Math.max(job.every, RETRY_AFTER) : job.every)
  }

  return () => {
    stopped = true
    cancel()
  }
}

function logOutcome({ name }: Job, { handled, failed, error }: JobOutcome, failures: number, ms: number): void {
  const did = { job: name, handled, failed, ms }
  if (error === undefined) {
    log()[handled + failed > 0 ? 'info' : 'trace'](did, 'job_finished')
    return
  }
  // A database that is away for a moment; requests say so themselves. The second time it is said here, too.
  const level = !isUnavailable(error) ? 'error' : failures > 1 ? 'warn' : 'debug'
  log()[level]({ ...did, failures, ...errorFields(error) }, 'job_failed')
}

/** Keeps from an answer's time what its text does not tell (ASVS 6.3.8). */
import { setTimeout } from 'node:timers/promises'
import { settings } from '../settings.ts'

/**
 * Waits until LOGIN_FAILURE_TIME has passed, which is longer than what the cases differ by.
 * @param started when the work began, in milliseconds of performance.now()
 */
export const waitForMinimumDuration = (started: number) =>
  setTimeout(Math.max(0, settings().LOGIN_FAILURE_TIME * 1000 - (performance.now() - started)))

/**
 * Does something whose duration would tell whether an account exists; it ends, well or not, no sooner than
 * LOGIN_FAILURE_TIME after it began.
 * @throws what `work` throws
 */
export async function withMinimumDuration<Result>(work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    await waitForMinimumDuration(started)
  }
}

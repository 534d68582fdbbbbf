import { setTimeout } from 'node:timers/promises'
import { settings } from '../settings.ts'

/**
 * Does something that must not show in the answer's time: it ends, well or not, no sooner than LOGIN_FAILURE_TIME after it
 * began, which is longer than what the cases differ by (ASVS 6.3.8).
 */
export async function withLeastTime<Result>(work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    await setTimeout(Math.max(0, settings().LOGIN_FAILURE_TIME * 1000 - (performance.now() - started)))
  }
}

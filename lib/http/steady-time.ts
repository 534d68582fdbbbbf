import { setTimeout } from 'node:timers/promises'
import { settings } from '../settings.ts'

/**
 * Does something whose duration would tell whether an account exists, and takes LOGIN_FAILURE_TIME at least, like a failed
 * login, so that it does not (ASVS 6.3.8).
 * @throws what `run` throws
 */
export async function inSteadyTime<Result>(run: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  try {
    return await run()
  } finally {
    await setTimeout(Math.max(0, settings().LOGIN_FAILURE_TIME * 1000 - (performance.now() - started)))
  }
}

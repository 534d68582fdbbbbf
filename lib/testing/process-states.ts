/**
 * For tests: several applications in one process. What a process has once (lib/process-state.ts) each of them has for itself, and
 * so has each test file, so that a worker evaluates the modules once for all its files.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Settings, settings } from '../settings.ts'

type State = Record<string, unknown>

/** The least that bcrypt has, a thousandth of a second: settings accept no hashes that cheap. */
const HASH_COST = 4

/** The state of an application that has not begun. */
export function newState(): State {
  let read: Settings | undefined
  return {
    get settings() {
      return read
    },
    set settings(found) {
      read = found && { ...found, PASSWORD_BCRYPT_COST: HASH_COST }
    },
  }
}

const scope = globalThis as typeof globalThis & { latchkeyStates?: { running: AsyncLocalStorage<State>; file: State } }
// Some test files evaluate modules anew.
scope.latchkeyStates ??= { running: new AsyncLocalStorage(), file: newState() }
const states = scope.latchkeyStates

Object.defineProperty(globalThis, 'latchkey', { configurable: true, get: () => states.running.getStore() ?? states.file })

/** Runs `work` within an application of its own, and what it starts. */
export const withState = <Result>(state: State, work: () => Result): Result => states.running.run(state, work)

/** Forgets the settings, connections and counters of the test file, so that they are read and made anew. */
export function resetState(): void {
  states.file = newState()
}

/** Makes the application read these settings. @throws SettingsError */
export function applySettings(env: Record<string, string | undefined>): void {
  const before = process.env
  process.env = env as typeof process.env
  try {
    settings()
  } finally {
    process.env = before
  }
}

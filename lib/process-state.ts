/**
 * What a process has once: its settings, the database's client, counters, hashing threads. A module's own variables are not enough:
 * the bundler gives the server's start and the routes a copy each of a module, and a development server evaluates modules again.
 */
const scope = globalThis as typeof globalThis & { latchkey?: Record<string, unknown> }

/** One value of the process, of which all copies of a module have the same. */
export interface ProcessValue<Value> {
  current: Value | undefined
}

/** @param name no other value has it */
export const processValue = <Value>(name: string): ProcessValue<Value> => ({
  get current() {
    return scope.latchkey?.[name] as Value | undefined
  },
  set current(value) {
    scope.latchkey ??= {}
    scope.latchkey[name] = value
  },
})

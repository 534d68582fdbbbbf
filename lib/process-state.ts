/**
 * What a process has once: the database's client, counters, hashing threads. A module's own variables are not enough: the bundler
 * gives the server's start and the routes a copy each of a module, and a development server evaluates modules again.
 */
const scope = globalThis as typeof globalThis & { latchkey?: object }
scope.latchkey ??= {}

/** Each module casts it to the properties that it adds. */
export const processState: object = scope.latchkey

/** For whom passwords are being hashed: the pool takes turns by it. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** One for the process: the bundler gives each route a copy of this module. */
const global = globalThis as typeof globalThis & { latchkeyHashingClients?: AsyncLocalStorage<string> }
global.latchkeyHashingClients ??= new AsyncLocalStorage()
const clients = global.latchkeyHashingClients

/** @param client the network that asks (lib/throttle/ip-prefix.ts) */
export const hashingFor = <Result>(client: string, work: () => Result): Result => clients.run(client, work)

/** Empty where nobody asks from outside: in commands. */
export const hashingClient = (): string => clients.getStore() ?? ''

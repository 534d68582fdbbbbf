/** For whom passwords are being hashed: the pool takes turns by it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { processState } from '../process-state.ts'

const state = processState as { hashingClients?: AsyncLocalStorage<string> }
state.hashingClients ??= new AsyncLocalStorage()
const hashingClients = state.hashingClients

/** @param client the network that asks (lib/throttle/ip-prefix.ts) */
export const hashingFor = <Result>(client: string, work: () => Result): Result => hashingClients.run(client, work)

/** Empty without a client: in commands. */
export const hashingClient = (): string => hashingClients.getStore() ?? ''

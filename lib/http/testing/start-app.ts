/** Starts the API in this process, as often as a test wants it and each time with settings and a database of its own. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inject } from 'vitest'
import { createDatabase, type DatabaseKind, type TestDatabase } from '../../db/testing/databases.ts'
import { applySettings, newState, withState } from '../../testing/process-states.ts'
import type { Account, Person } from './accounts.ts'
import { apiDocument, createAccount, serveRoutes } from './app.ts'
import { type Contract, readContract } from './contract.ts'
import { type Call, methodOf, send } from './send.ts'
import { type Env, newSecret, TEST_SETTINGS, type TestServer } from './test-server.ts'

/** A server in this process. */
export interface App extends TestServer {
  /** Sends it a request. @throws when its description of the API does not have the answer */
  call: Call
  /** Creates an account that is signed in, without the cost of a sign-up. */
  newAccount: (given?: Partial<Person>) => Promise<Account>
  /** Ends it and, if it was made for this server, drops its database. */
  stop: () => Promise<void>
}

export interface AppOverrides {
  /** Settings besides, or instead of, the usual ones. */
  env?: Env
  /** A database that the caller made and drops. */
  database?: TestDatabase
  port?: number
}

/** Logins leave the hash of newAccount() as it is, and a busy machine is no database that is away. */
const IN_PROCESS: Env = { PASSWORD_REHASH_ON_LOGIN: 'false', DATABASE_TIMEOUT: '20s' }

/** A database of the project's kind, with all its tables. The caller drops it. */
export const newDatabase = (): Promise<TestDatabase> =>
  createDatabase((process.env.TEST_PROVIDER ?? 'sqlite') as DatabaseKind, inject('databaseTemplate'))

export async function startApp({ env: given = {}, database: shared, port: wanted = 0 }: AppOverrides = {}): Promise<App> {
  const database = shared ?? (await newDatabase())
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const secret = given.SECRET_KEY ?? newSecret()
  const own = { NODE_ENV: 'production', PORT: String(port), SECRET_KEY: secret, APP_URL: url, DATABASE_URL: database.url }
  const env = { ...TEST_SETTINGS, ...IN_PROCESS, ...own, ...given }
  const printedBefore = printed.text.length
  const state = newState()
  const inApp = <Result>(work: () => Result) => withState(state, work)
  const stopServing = inApp(() => {
    applySettings(env)
    return serveRoutes(server)
  })
  const { emit: hookedEmit } = server
  // Whatever the server does, it does within its application.
  server.emit = function (this: Server, ...args: unknown[]) {
    return inApp(() => Reflect.apply(hookedEmit, this, args))
  } as typeof server.emit
  const contract = contractOf(inApp(apiDocument))
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= end())
  const end = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await inApp(stopServing)
    if (!shared) await database.drop()
  }
  const call: Call = async (path, options = {}) => {
    const answer = await send(url, path, options)
    const complaint = contract.complaint(methodOf(options), path, answer)
    if (complaint !== null) throw new Error(`not as the API's description has it: ${complaint}`)
    return answer
  }
  const output = () => printed.text.slice(printedBefore)
  const newAccount: App['newAccount'] = (given) => inApp(() => createAccount(given))
  return { url, port, env, secret, databaseUrl: database.url, database, sql: database.sql, output, call, newAccount, stop }
}

const printed = captureOutput()
const contracts = new Map<string, Contract>()

/** Compiled once for each description: settings change it now and then. */
function contractOf(document: Contract['document']): Contract {
  const { servers: _servers, ...rest } = document
  const key = JSON.stringify(rest)
  const contract = contracts.get(key) ?? readContract(document)
  contracts.set(key, contract)
  return contract
}

/** What this process prints, from the first call on; none of it is shown. */
function captureOutput(): { text: string } {
  const scope = globalThis as typeof globalThis & { testOutput?: { text: string } }
  if (scope.testOutput) return scope.testOutput
  const captured = { text: '' }
  scope.testOutput = captured
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array) => {
      captured.text += chunk
      return true
    }
  }
  return captured
}

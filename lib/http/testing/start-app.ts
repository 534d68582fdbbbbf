/** Starts the API in this process, as often as a test wants it and each time with settings and a database of its own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inject, vi } from 'vitest'
import { createDatabase, type DatabaseKind, type TestDatabase } from '../../db/testing/databases.ts'
import type { Account, Person } from './accounts.ts'
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
  const { app, contract } = await loadApp(env)
  const stopApp = app.serveRoutes(server)
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= end())
  const end = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await stopApp()
    if (!shared) await database.drop()
  }
  const call: Call = async (path, options = {}) => {
    const answer = await send(url, path, options)
    const complaint = contract.complaint(methodOf(options), path, answer)
    if (complaint !== null) throw new Error(`not as the API's description has it: ${complaint}`)
    return answer
  }
  const output = () => printed.text.slice(printedBefore)
  const { createAccount: newAccount } = app
  return { url, port, env, secret, databaseUrl: database.url, database, sql: database.sql, output, call, newAccount, stop }
}

const printed = captureOutput()
let loading: Promise<unknown> = Promise.resolve()

/** Evaluates the application's modules anew, so that nothing is left of the settings and connections of another. */
async function loadApp(env: Env) {
  const load = loading.then(async () => {
    vi.resetModules()
    delete (globalThis as { latchkey?: object }).latchkey
    const app = await import('./app.ts')
    const { APP_URL } = app.useSettings(env)
    if (APP_URL.origin !== env.APP_URL) throw new Error('a module reads the settings while it is imported')
    return { app, contract: contractOf(app.apiDocument()) }
  })
  loading = load.catch(() => {})
  return load
}

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

/** Starts the production server as a deployment does, each on a port and a database of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createDatabase, type DatabaseKind, type TestDatabase } from '../lib/db/testing/databases.ts'
import { startPgbouncer } from '../lib/db/testing/start-pgbouncer.ts'
import { send } from '../lib/http/testing/send.ts'
import { type TestServer as BaseServer, type Env, newSecret, TEST_SETTINGS } from '../lib/http/testing/test-server.ts'
import { freePort } from '../lib/testing/free-port.ts'
import { startReverseProxy } from './nginx.ts'
import { projectDirectory } from './places.ts'

/** A server in a process of its own. */
export interface TestServer extends BaseServer {
  pid: number
  /** Ends what reads its standard output; what it prints elsewhere is still heard. */
  hangUp: () => void
  /** Ends it and, if it was made for this server, drops its database. @returns the exit code */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

export interface ServerOverrides {
  /** Settings besides, or instead of, the usual ones. */
  env?: Env
  /** A database that the caller made and drops. */
  database?: TestDatabase
  kind?: DatabaseKind
  /** The built project, when it is not this one. */
  directory?: string
  port?: number
  /** Behind nginx, and behind PgBouncer in transaction mode, both with their defaults. */
  proxied?: boolean
  /** Which DATABASE_URL it gets, when it is not the database's own. */
  databaseUrl?: string
}

/** How long a server may take until it answers, in milliseconds. */
const START_TIMEOUT = 60_000
const POLL_INTERVAL = 50

/** What a process of the project inherits: never the settings of the shell that runs the tests. */
export const bareEnvironment = (): Env => {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  // An empty value keeps a developer's .env files from filling it in; the project takes it as absent.
  const unset = ['SECRET_KEY', 'APP_URL', 'DATABASE_URL', 'SIGNING_KEY', 'VERIFYING_KEY', 'SIGNING_KEYS_FILE', 'REDIS_URL'].map((name) => [
    name,
    '',
  ])
  return { ...Object.fromEntries([...kept, ...unset]), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
}

export interface StartedProcess {
  child: ChildProcess
  output: () => string
  /** Resolves when it has ended. */
  exit: Promise<number | null>
}

/** Runs `next start` with exactly this environment. */
export function spawnNextStart(env: Env, directory = projectDirectory): StartedProcess {
  const next = join(directory, 'node_modules', 'next', 'dist', 'bin', 'next')
  return watch(
    spawn(process.execPath, [next, 'start', '-H', '127.0.0.1'], {
      cwd: directory,
      env: { ...env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}

/** Collects what a process prints and waits for its end. */
export function watch(child: ChildProcess): StartedProcess {
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, output: () => printed, exit }
}

/** Starts a server and waits until it answers. @throws with what it printed when it does not */
export async function startServer(overrides: ServerOverrides = {}): Promise<TestServer> {
  const database = overrides.database ?? (await createDatabase(overrides.kind ?? 'sqlite'))
  try {
    return await startOn(database, overrides)
  } catch (error) {
    if (!overrides.database) await database.drop()
    throw error
  }
}

async function startOn(database: TestDatabase, overrides: ServerOverrides): Promise<TestServer> {
  const port = overrides.port ?? (await freePort())
  const frontPort = overrides.proxied ? await freePort() : port
  const url = `http://127.0.0.1:${frontPort}`
  const secret = overrides.env?.SECRET_KEY ?? newSecret()
  const pooler = overrides.proxied ? await startPgbouncer(overrides.databaseUrl ?? database.url) : null
  const nginx = overrides.proxied ? await startReverseProxy(frontPort, `http://127.0.0.1:${port}`) : null
  const databaseUrl = pooler?.url ?? overrides.databaseUrl ?? database.url
  const own = { PORT: String(port), SECRET_KEY: secret, APP_URL: url, DATABASE_URL: databaseUrl }
  // nginx is one more than a test speaks of.
  const hops = nginx && { TRUSTED_PROXY_HOPS: String(Number(overrides.env?.TRUSTED_PROXY_HOPS ?? 0) + 1) }
  const env = { ...bareEnvironment(), ...TEST_SETTINGS, ...own, ...overrides.env, ...hops }
  const { child, output, exit } = spawnNextStart(env, overrides.directory)
  let ended = false
  void exit.then(() => {
    ended = true
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!ended) child.kill(signal)
    const code = await exit
    await nginx?.stop()
    await pooler?.stop()
    if (!overrides.database) await database.drop()
    return code
  }
  const deadline = Date.now() + START_TIMEOUT
  while (!(await answers(url))) {
    if (ended || Date.now() > deadline) {
      if (!ended) child.kill('SIGKILL')
      await exit
      await nginx?.stop()
      await pooler?.stop()
      throw new Error(`the server at ${url} did not start:\n${output()}`)
    }
    await setTimeout(POLL_INTERVAL)
  }
  const hangUp = () => void child.stdout?.destroy()
  return { url, port, env, secret, databaseUrl, database, pid: child.pid as number, output, hangUp, sql: database.sql, stop }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await send(url, '/api/protected-endpoint/')).status !== 502
  } catch {
    return false
  }
}

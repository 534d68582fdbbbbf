/**
 * How much of a bare Next application's throughput is left: `tsx e2e/bench/throughput.ts`, after `npm run build`. All servers run at
 * once, one process each, and take turns under load, so that a busy machine slows them alike.
 */
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import autocannon from 'autocannon'
import { createDatabase } from '../../lib/db/testing/databases.ts'
import { bearer, PASSWORD, readLogin, signupFields } from '../../lib/http/testing/accounts.ts'
import { logInByForm } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { projectDirectory } from '../places.ts'
import { bareEnvironment, startServer, watch } from '../server.ts'
import { median } from './median.ts'

const CONNECTIONS = 16
/** How long each turn takes, in seconds. */
const TURN = Number(process.env.TURN ?? 3)
const ROUNDS = Number(process.env.ROUNDS ?? 7)

interface Case {
  name: string
  url: string
  pid: number
  headers?: Record<string, string>
  status?: number
  /** What it is a share of. */
  of?: string
}

/** The processor time that a process has used, in clock ticks. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

/** @returns requests per second, and processor time for each in microseconds */
async function turn({ name, url, pid, headers = {}, status = 200 }: Case): Promise<{ rate: number; cost: number }> {
  const before = processorTime(pid)
  const result = await autocannon({ url, connections: CONNECTIONS, duration: TURN, headers })
  const cost = ((processorTime(pid) - before) * 10_000) / result.requests.total
  const answered = (result as unknown as { statusCodeStats: Record<string, { count: number }> }).statusCodeStats
  if (Object.keys(answered).join() !== String(status)) throw new Error(`${name} was answered ${JSON.stringify(answered)}`)
  return { rate: result.requests.total / result.duration, cost }
}

async function startReference(databaseUrl: string): Promise<{ url: string; pid: number; stop: () => Promise<unknown> }> {
  const cwd = join(projectDirectory, 'e2e', 'bench', 'reference')
  const next = join(projectDirectory, 'node_modules', 'next', 'dist', 'bin', 'next')
  const port = await freePort()
  const env = { ...bareEnvironment(), PORT: String(port), DATABASE_URL: databaseUrl, NODE_ENV: 'production' as const }
  // Turbopack would find the project's middleware in the folders above.
  if (!process.env.BUILT) execFileSync(process.execPath, [next, 'build', '--webpack'], { cwd, env, stdio: 'ignore' })
  const { child, output, exit } = watch(spawn(process.execPath, [next, 'start', '-H', '127.0.0.1'], { cwd, env, stdio: 'pipe' }))
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; (await fetch(`${url}/bare`).catch(() => null))?.status !== 200; tries++) {
    if (tries === 200) {
      child.kill()
      throw new Error(`the reference did not start:\n${output()}`)
    }
    await setTimeout(50)
  }
  const stop = () => {
    child.kill()
    return exit
  }
  return { url, pid: child.pid as number, stop }
}

const database = await createDatabase('postgresql')
const latchkey = await startServer({ database })
const reference = await startReference(database.url)
try {
  const person = { name: 'Load', email: 'load@example.com', phone: '14155550100', password: PASSWORD }
  const { access } = readLogin(await send(latchkey.url, '/api/accounts/signup/', { json: signupFields(person) }))
  const cookie = await logInByForm((path, options) => send(latchkey.url, path, options), person)
  const ours = (name: string, path: string, more: Partial<Case> = {}): Case => ({
    name,
    url: latchkey.url + path,
    pid: latchkey.pid,
    of: 'bare route',
    ...more,
  })
  const cases: Case[] = [
    { name: 'bare route', url: `${reference.url}/bare`, pid: reference.pid },
    { name: 'route with one query', url: `${reference.url}/query`, pid: reference.pid, of: 'bare route' },
    ours('health', '/api/health/'),
    ours('refused (401)', '/api/protected-endpoint/', { status: 401 }),
    ours('protected API, Bearer', '/api/protected-endpoint/', { headers: bearer(access) }),
    ours('protected API, cookie', '/api/protected-endpoint/', { headers: { cookie } }),
    { name: 'bare page', url: `${reference.url}/page`, pid: reference.pid },
    ours('login page', '/login', { of: 'bare page', headers: { accept: 'text/html' } }),
    ours('dashboard', '/dashboard', { of: 'bare page', headers: { cookie, accept: 'text/html' } }),
  ].filter(({ name }) => process.env.ONLY === undefined || name.startsWith('bare') || new RegExp(process.env.ONLY).test(name))
  const measured = new Map<string, { rate: number; cost: number }[]>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round warms all up.
    for (const one of cases) {
      const result = await turn(one)
      if (round > 0) measured.get(one.name)?.push(result)
    }
  }
  const of = (name: string, key: 'rate' | 'cost') => (measured.get(name) ?? []).map((result) => result[key])
  const share = (name: string, base: string, key: 'rate' | 'cost') => {
    const bases = of(base, key)
    return median(
      of(name, key).map((value, index) => (key === 'rate' ? value / (bases[index] as number) : (bases[index] as number) / value)),
    )
  }
  for (const { name, of: base = name } of cases) {
    const rate = Math.round(median(of(name, 'rate')))
    const cost = Math.round(median(of(name, 'cost')))
    console.log(
      `${name.padEnd(24)} ${String(rate).padStart(6)}/s ${String(cost).padStart(6)} µs  ${share(name, base, 'rate').toFixed(2)} of ${base}, by processor time ${share(name, base, 'cost').toFixed(2)}`,
    )
  }
} finally {
  await latchkey.stop()
  await reference.stop()
  await database.drop()
}

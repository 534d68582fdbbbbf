/**
 * What a signed-in client notices while others log in: `npm run build && npm run bench`.
 * Against the production server, in one run and in pairs: sixteen logins at once (bcrypt, cost 12) while one client keeps
 * asking for the protected endpoint, and the same client alone.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startServer, type TestServer } from '../server.ts'

const LOGINS = 16
const ROUNDS = 3
/** How long a server may take to print its figures, in milliseconds. */
const REPORT_TIMEOUT = 5000

interface Figures {
  longest: number
  p99: number
}

async function post(server: TestServer, path: string, body: object): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

/** The event loop's figures since they were last asked for, in milliseconds. */
async function figures(server: TestServer): Promise<Figures> {
  const reports = () => [...server.output().matchAll(/^event-loop (.*)$/gm)]
  const before = reports().length
  process.kill(server.pid, 'SIGUSR2')
  const deadline = Date.now() + REPORT_TIMEOUT
  while (reports().length === before) {
    if (Date.now() > deadline) throw new Error('the server told no figures')
    await setTimeout(10)
  }
  return JSON.parse(reports().at(-1)?.[1] ?? '{}') as Figures
}

/** Asks again and again until `work` is done. @returns the answers' times in milliseconds, in order of length */
async function probeDuring(server: TestServer, access: string, work: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let done = false
  const finished = work.then(() => {
    done = true
  })
  while (!done) {
    const started = performance.now()
    const { status } = await fetch(`${server.url}/api/protected-endpoint/`, { headers: { Authorization: `Bearer ${access}` } })
    if (status !== 200) throw new Error(`the protected endpoint answered ${status}`)
    times.push(performance.now() - started)
  }
  await finished
  return times.sort((a, b) => a - b)
}

const at = (times: number[], share: number) =>
  (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1).padStart(6)

function report(name: string, times: number[], { longest, p99 }: Figures): void {
  const stalls = `event loop: longest stall ${longest.toFixed(1).padStart(5)} ms, p99 ${p99.toFixed(1).padStart(5)} ms`
  process.stdout.write(
    `${name}  ${String(times.length).padStart(5)} answers, median ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms   ${stalls}\n`,
  )
}

const monitor = fileURLToPath(new URL('event-loop-monitor.mjs', import.meta.url))
const server = await startServer({ env: { NODE_OPTIONS: `--import=${monitor}`, PASSWORD_BCRYPT_COST: '12' } })
try {
  const unique = randomBytes(6).toString('hex')
  const password = 'Corr3ct-horse-battery'
  const account = { name: 'Load', email: `${unique}@example.com`, phone: unique, password, confirm_password: password }
  const { tokens } = (await (await post(server, '/api/accounts/signup/', account)).json()) as { tokens: { access: string } }
  const logins = async () => {
    const answers = await Promise.all(Array.from({ length: LOGINS }, () => post(server, '/api/accounts/login/', account)))
    if (answers.some(({ status }) => status !== 200)) throw new Error('a login failed')
  }
  // Starts the threads and compiles what is hot, as a server that has been up for a while has done.
  await probeDuring(server, tokens.access, logins())
  await figures(server)
  for (let round = 1; round <= ROUNDS; round++) {
    report(`${LOGINS} logins `, await probeDuring(server, tokens.access, logins()), await figures(server))
    report('alone     ', await probeDuring(server, tokens.access, setTimeout(2000)), await figures(server))
  }
} finally {
  await server.stop()
}

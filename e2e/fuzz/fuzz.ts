/** Sends generated requests to a running server, and looks at what it answers and how it fares. */
import { readFileSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import fc from 'fast-check'
import { PASSWORD, signUp } from '../../lib/http/testing/accounts.ts'
import { type Contract, readContract } from '../../lib/http/testing/contract.ts'
import { logInByForm } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { eachOf } from '../each-of.ts'
import type { ServerOverrides, TestServer } from '../server.ts'
import { type FuzzRequest, type Known, requests } from './requests.ts'

/** Requests that are generated, and sent, with one account; its tokens do not live longer. */
const BATCH = 500
/** Few, because each waits for its turn at the passwords, and one that waits too long on a busy machine is refused. */
const AT_ONCE = 4
/** How often each generated body is sent, with other requests' headers: making them costs more than sending them. */
const REPEATS = 4

/** As fast as it can: most counters would only wait for the disk, and one is soon used up, so that 429 is met, too. */
export const FUZZ_SETTINGS: ServerOverrides = {
  env: {
    LOGIN_FAILURE_TIME: '0',
    THROTTLE_RATES: 'resend=20/s,refresh=1000000/s,*=none',
    LOG_LEVEL: 'warn',
    PASSWORD_HASH_QUEUE: '1000',
    EMAIL_LOGIN: 'link',
  },
}

export interface Report {
  sent: number
  /** Answers by status. */
  statuses: Record<number, number>
  /** What was wrong, with the request that brought it to light. */
  problems: string[]
  /** Resident memory of the server in MiB, after each tenth of the requests. */
  memory: number[]
  seconds: number
}

/** @param seed the same one makes the same requests, but for tokens */
export async function fuzz(server: TestServer, count: number, seed: number, progress = (_sent: number) => {}): Promise<Report> {
  const started = performance.now()
  const contract = readContract((await send(server.url, '/api/schema/')).body as Contract['document'])
  const report: Report = { sent: 0, statuses: {}, problems: [], memory: [], seconds: 0 }
  while (report.sent < count && report.problems.length < 20) {
    const known = await makeKnown(server)
    const size = Math.min(BATCH, count - report.sent)
    const sample = fc.sample(requests(contract, known), { numRuns: Math.ceil(size / REPEATS), seed: seed + report.sent })
    const batch = recombined(sample).slice(0, size)
    // Sockets that idle while the next requests are made would be closed by the server.
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    await eachOf(batch, AT_ONCE, (next) => ask(next, server, agent, contract, report))
    agent.destroy()
    while ((report.memory.length + 1) * count <= report.sent * 10) report.memory.push(residentMemory(server.pid))
    progress(report.sent)
  }
  if ((await send(server.url, '/api/ready/')).status !== 200) report.problems.push('the server is not ready any more')
  const noise = /unhandled|uncaught|"event":"fault"|FATAL|TypeError/i.exec(server.output())
  if (noise) report.problems.push(`it printed: ${server.output().slice(Math.max(0, noise.index - 300), noise.index + 500)}`)
  report.seconds = (performance.now() - started) / 1000
  return report
}

/** Each request as it is, and with the headers of others; the type of a body stays its own. */
const recombined = (sample: FuzzRequest[]): FuzzRequest[] =>
  Array.from({ length: REPEATS }, (_, shift) =>
    sample.map((own, index) => {
      const other = sample[(index + shift * 31) % sample.length] as FuzzRequest
      const { 'content-type': type } = own.headers
      const { 'content-type': _type, ...headers } = other.headers
      return { ...own, headers: { ...headers, ...(type !== undefined && { 'content-type': type }) } }
    }),
  ).flat()

async function ask(next: FuzzRequest, server: TestServer, agent: Agent, contract: Contract, report: Report): Promise<void> {
  const answer = await exchange(server, agent, next).catch((error: Error) => error)
  report.sent += 1
  const problem = answer instanceof Error ? `no answer: ${answer.message}` : problemOf(contract, next, answer)
  if (!(answer instanceof Error)) report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1
  if (problem !== null) report.problems.push(`${problem}\n  ${told(next)}`)
}

interface Heard {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

function problemOf(contract: Contract, { method, path }: FuzzRequest, answer: Heard): string | null {
  if (answer.status >= 500) return `${answer.status} ${answer.text.slice(0, 200)}`
  return contract.complaint(method, path, answer)
}

function told({ method, path, headers, body }: FuzzRequest): string {
  const shown = typeof body === 'string' ? JSON.stringify(body.slice(0, 200)) : body && Buffer.from(body).toString('hex').slice(0, 200)
  return `${method} ${path} ${JSON.stringify(headers)} ${shown}`
}

function exchange(server: TestServer, agent: Agent, next: FuzzRequest): Promise<Heard> {
  const { method, path, headers, body } = next
  return new Promise((resolve, reject) => {
    const payload = body === null ? null : Buffer.from(body)
    const length: Record<string, string> = payload === null ? {} : { 'content-length': String(payload.length) }
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, method, path, headers: { ...headers, ...length }, agent, timeout: 30_000 },
      (incoming) => {
        readText(incoming).then((text) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }), reject)
      },
    )
    outgoing.once('error', (error) => {
      // The server may close an idle connection in the moment in which it is used again (Node's documentation of reusedSocket).
      if (outgoing.reusedSocket) resolve(exchange(server, new Agent(), next))
      else reject(error)
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error('none in 30 seconds')))
    outgoing.end(payload ?? undefined)
  })
}

async function makeKnown(server: TestServer): Promise<Known> {
  const call = (path: string, options: Parameters<typeof send>[2]) => send(server.url, path, options)
  const { email, phone, access, refresh, password } = await signUp(call as never, { password: PASSWORD })
  return { email, phone, access, refresh, password, cookie: await logInByForm(call as never, { email, password }) }
}

/** In MiB. */
function residentMemory(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1024)
}

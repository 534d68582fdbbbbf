/**
 * Whether a change costs throughput: `tsx e2e/bench/two-builds.ts ../before`, where that is another checkout with its
 * `npm run build`. Both servers run at once and take turns under load, so that a busy machine slows both alike.
 */
import { Agent, request } from 'node:http'
import { resolve } from 'node:path'
import { type DatabaseKind, findPostgresql } from '../../lib/db/testing/databases.ts'
import { bearer, PASSWORD, readLogin, signupFields } from '../../lib/http/testing/accounts.ts'
import { send } from '../../lib/http/testing/send.ts'
import { startServer, type TestServer } from '../server.ts'
import { median } from './median.ts'

const CONNECTIONS = 16
/** How long each turn takes, in milliseconds. */
const TURN = 5000
const ROUNDS = Number(process.env.ROUNDS ?? 9)

interface Case {
  name: string
  method: string
  path: string
  headers: Record<string, string>
  body?: string
}

/** Keeps every connection busy for one turn. @returns requests per second @throws when one is not answered with 200 */
async function turn({ url }: TestServer, { method, path, headers, body }: Case): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const started = performance.now()
  let answered = 0
  const ask = () =>
    new Promise<void>((done, failed) => {
      const outgoing = request(url + path, { agent, method, headers }, (incoming) => {
        incoming.resume().once('end', () => {
          answered++
          incoming.statusCode === 200 ? done() : failed(new Error(`${path} answered ${incoming.statusCode}`))
        })
      })
      outgoing.once('error', failed).end(body)
    })
  const connection = async () => {
    while (performance.now() - started < TURN) await ask()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  agent.destroy()
  return (answered * 1000) / (performance.now() - started)
}

/** The same account on a server, and what is asked with it. */
async function casesOf({ url }: TestServer): Promise<Case[]> {
  const person = { name: 'Load', email: 'load@example.com', phone: '14155550100', password: PASSWORD }
  const { access } = readLogin(await send(url, '/api/accounts/signup/', { json: signupFields(person) }))
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ email: person.email, password: PASSWORD })
  return [
    { name: 'protected', method: 'GET', path: '/api/protected-endpoint/', headers: bearer(access) },
    { name: 'login', method: 'POST', path: '/api/accounts/login/', headers: { ...json, 'content-length': String(body.length) }, body },
  ]
}

const [other] = process.argv.slice(2)
if (!other) throw new Error('usage: tsx e2e/bench/two-builds.ts DIRECTORY')
const kinds: DatabaseKind[] = (await findPostgresql()) === null ? ['sqlite'] : ['sqlite', 'postgresql']
for (const kind of kinds) {
  const before = await startServer({ kind, directory: resolve(other) })
  const after = await startServer({ kind })
  try {
    const [beforeCases, afterCases] = [await casesOf(before), await casesOf(after)]
    for (const [index, afterCase] of afterCases.entries()) {
      const beforeCase = beforeCases[index] as Case
      const ratios: number[] = []
      // The first round warms both up.
      for (let round = 0; round <= ROUNDS; round++) {
        const first = await turn(before, beforeCase)
        const second = await turn(after, afterCase)
        if (round > 0) ratios.push(second / first)
      }
      const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
      process.stdout.write(`${kind}, ${afterCase.name}: ${median(ratios).toFixed(3)} of the other build (${ROUNDS} pairs, ${spread})\n`)
    }
  } finally {
    await before.stop()
    await after.stop()
  }
}

/**
 * How long a person's login takes while one address logs in to six accounts of its own without pause, against its median
 * alone: `npm run build && npm run bench`. Against the production server with its default settings, which refuse part of
 * such a flood; and with no limits on logins, where the queue for hashing alone keeps the peace. Below 3 times is fair.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { startServer } from '../server.ts'

const ACCOUNTS = 6
const LOGINS = 15
const PASSWORD = 'Corr3ct-horse-battery'
const FLOODER = '198.51.100.1'

const medianOf = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] as number

async function measure(title: string, env: Record<string, string>): Promise<void> {
  const server = await startServer({ env: { TRUSTED_PROXY_HOPS: '1', ...env } })
  const post = (path: string, address: string, body: object) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
      body: JSON.stringify(body),
    })
  const signUp = async () => {
    const unique = randomBytes(6).toString('hex')
    const account = { name: 'Load', email: `${unique}@example.com`, phone: unique, password: PASSWORD, confirm_password: PASSWORD }
    const { status } = await post('/api/accounts/signup/', `203.0.113.${1 + Math.floor(Math.random() * 200)}`, account)
    if (status !== 201) throw new Error(`signing up answered ${status}`)
    return account
  }
  let people = 0
  const person = async (account: object) => {
    const times: number[] = []
    for (let n = 0; n < LOGINS; n++) {
      const started = performance.now()
      const { status } = await post('/api/accounts/login/', `192.0.2.${++people}`, account)
      if (status !== 200) throw new Error(`a person's login answered ${status}`)
      times.push(performance.now() - started)
    }
    return medianOf(times)
  }

  try {
    const victims = [await signUp(), await signUp()]
    const flooders = await Promise.all(Array.from({ length: ACCOUNTS }, signUp))
    for (const account of victims) await post('/api/accounts/login/', '192.0.2.250', account)
    const alone = await person(victims[0] as object)
    const answers: Record<number, number> = {}
    let flooding = true
    const floods = flooders.map(async (account) => {
      while (flooding) {
        const { status } = await post('/api/accounts/login/', FLOODER, account)
        answers[status] = (answers[status] ?? 0) + 1
      }
    })
    await setTimeout(1000)
    const busy = await person(victims[1] as object)
    flooding = false
    await Promise.all(floods)
    const flood = Object.entries(answers).map(([status, count]) => `${count} times ${status}`)
    process.stdout.write(
      `${title}: alone ${alone.toFixed(0)} ms, beside the flood ${busy.toFixed(0)} ms, ${(busy / alone).toFixed(2)} times; the flood got ${flood.join(', ')}\n`,
    )
  } finally {
    await server.stop()
  }
}

// Not the tests' own cheap hashes and wide limits.
await measure('default settings ', { PASSWORD_BCRYPT_COST: '12', THROTTLE_RATES: '' })
await measure('no limit on logins', { PASSWORD_BCRYPT_COST: '12', THROTTLE_RATES: 'login=none' })

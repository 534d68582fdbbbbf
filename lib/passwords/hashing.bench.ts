/**
 * How long the event loop stands still while passwords are hashed: `npm run bench`.
 * Sixteen logins' worth of bcrypt at cost 12, on the main thread and in the pool, in one run; what counts is the ratio.
 * Then how long a person's check takes while six accounts of each of one, two and five others log in without pause,
 * against its median alone: below three times that.
 */
import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { compare } from 'bcryptjs'
import { HashingPool, hashingFor } from './pool.ts'

const LOGINS = 16
const HASH = `$2b$12$${'C'.repeat(21)}.${'C'.repeat(31)}`

interface Outcome {
  /** milliseconds */
  total: number
  longest: number
  p99: number
  /** how often a 5 ms timer fired during that time, as a request would */
  ticks: number
}

async function measure(work: () => Promise<unknown>): Promise<Outcome> {
  await setTimeout(50)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let ticks = 0
  const ticker = setInterval(() => ticks++, 5)
  delay.enable()
  const started = performance.now()
  await work()
  const total = performance.now() - started
  delay.disable()
  clearInterval(ticker)
  return { total, longest: delay.max / 1e6, p99: delay.percentile(99) / 1e6, ticks }
}

const pool = new HashingPool(2, 2 * LOGINS, 60_000)
// Starting a thread is paid once in a server's life and not by a login.
await Promise.all([1, 2].map(() => pool.run({ derivation: 'bcryptHash', input: { input: 'x', cost: 4 } })))

const logins = (check: (password: string) => Promise<unknown>) => Promise.all(Array.from({ length: LOGINS }, (_, n) => check(`wrong ${n}`)))
const onMainThread = await measure(() => logins((password) => compare(password, HASH)))
const inPool = await measure(() => logins((input) => pool.run({ derivation: 'bcryptCompare', input: { input, hash: HASH } })))
await pool.close()

const row = (name: string, { total, longest, p99, ticks }: Outcome) =>
  `${name.padEnd(14)} ${total.toFixed(0).padStart(7)} ms   longest stall ${longest.toFixed(1).padStart(7)} ms   p99 ${p99.toFixed(1).padStart(7)} ms   ${ticks} ticks`
process.stdout.write(
  `${LOGINS} password checks at once, bcrypt cost 12\n${row('main thread', onMainThread)}\n${row('worker pool', inPool)}\n`,
)
process.stdout.write(`The longest stall is ${(onMainThread.longest / inPool.longest).toFixed(0)} times shorter in the pool.\n`)

const ACCOUNTS = 6
const CHECKS = 9

const fair = new HashingPool(availableParallelism(), 64, 60_000)
const check = (client: string) => hashingFor(client, () => fair.run({ derivation: 'bcryptCompare', input: { input: 'wrong', hash: HASH } }))

let people = 0

/** How long one person's check takes, each from a network of their own, in milliseconds. */
async function median(): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < CHECKS; n++) {
    const started = performance.now()
    await check(`person ${++people}`)
    times.push(performance.now() - started)
  }
  return times.sort((a, b) => a - b)[CHECKS >> 1] as number
}

await Promise.all(Array.from({ length: availableParallelism() }, () => check('warm up')))
const alone = await median()
process.stdout.write(`One person's check alone: median ${alone.toFixed(0)} ms\n`)
for (const addresses of [1, 2, 5]) {
  let flooding = true
  const flood = async (client: string) => {
    // What is refused is tried again at the next turn of the event loop.
    while (flooding) await check(client).catch(() => setTimeout(1))
  }
  const floods = Array.from({ length: addresses * ACCOUNTS }, (_, n) => flood(`attacker ${n % addresses}`))
  await setTimeout(200)
  const busy = await median()
  flooding = false
  await Promise.all(floods)
  const line = `while ${addresses} others flood: median ${busy.toFixed(0).padStart(5)} ms, ${(busy / alone).toFixed(2)} times`
  process.stdout.write(`${line}\n`)
}
await fair.close()

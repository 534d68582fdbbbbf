/**
 * How long the event loop stands still while passwords are hashed: `npm run bench`.
 * Sixteen logins' worth of bcrypt at cost 12, on the main thread and in the pool, in one run; what counts is the ratio.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { compare } from 'bcryptjs'
import { HashingPool } from './pool.ts'

const LOGINS = 16
const HASH = `$2b$12$${'C'.repeat(21)}.${'C'.repeat(31)}`

interface Outcome {
  /** milliseconds */
  total: number
  longest: number
  p99: number
  /** how often a timer of 5 ms came round meanwhile, as a request would */
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

const pool = new HashingPool(2, LOGINS)
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

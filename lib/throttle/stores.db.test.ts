/** What every shared store must do, asked of the database that the run is on and, if one answers, of Redis. */
import { randomBytes } from 'node:crypto'
import { createClient } from '@redis/client'
import { afterAll, describe, expect, it } from 'vitest'
import { database, openDatabase } from '../db/client.ts'
import { settings } from '../settings.ts'
import { databaseTarget } from '../settings-values.ts'
import type { CounterStore, LimitRequest, ReservationResult } from './counters.ts'
import { RedisStore } from './redis-store.ts'
import { DatabaseStore, MemoryStore } from './stores.ts'

const NOW = 1_800_000_000
const newKey = () => `test:${randomBytes(8).toString('hex')}`
const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379/15'

async function redisAnswers(): Promise<boolean> {
  const client = createClient({ url: REDIS_URL, socket: { connectTimeout: 500, reconnectStrategy: false } }).on('error', () => {})
  try {
    await client.connect()
    client.destroy()
    return true
  } catch {
    return false
  }
}

const inProcess = new MemoryStore()

const stores: [name: string, make: () => CounterStore][] = [
  ['the process', () => inProcess],
  // A client of its own is to the database what another process is.
  ['the database', () => new DatabaseStore()],
]
if (await redisAnswers()) stores.push(['Redis', () => new RedisStore(REDIS_URL)])
else process.stdout.write('Redis not reachable: its counters were not tested.\n')

const second = openDatabase(databaseTarget(settings().DATABASE_URL))
afterAll(() => second.$disconnect())

describe.each(stores)('counters in %s', (name, make) => {
  const store: CounterStore = make()
  const other: CounterStore = name === 'the database' ? new DatabaseStore(() => second) : make()
  afterAll(async () => {
    await store.close?.()
    await other.close?.()
  })

  it('of 50 concurrent requests over two processes with a limit of 5, exactly 5 are admitted (RL-2)', async () => {
    const key = newKey()
    const counts = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? store : other).take(key, 5, 60, NOW)))
    const admitted = counts.filter(({ admitted }) => admitted)
    expect(admitted.map(({ count }) => count).sort()).toEqual([1, 2, 3, 4, 5])
    expect(new Set(counts.map(({ expiresAt }) => expiresAt))).toEqual(new Set([NOW + 60]))
  })

  it('requests during a window don’t extend it, and a new one opens after it', async () => {
    const key = newKey()
    for (const later of [0, 10, 59]) await store.take(key, 2, 60, NOW + later)
    expect(await store.take(key, 2, 60, NOW + 59.9)).toEqual({ admitted: false, count: 2, expiresAt: NOW + 60 })
    expect(await other.take(key, 2, 60, NOW + 60)).toEqual({ admitted: true, count: 1, expiresAt: NOW + 120 })
  })

  it('a released reservation is available again, in its own window only', async () => {
    const key = newKey()
    const { expiresAt } = await store.take(key, 1, 60, NOW)
    await other.settle([{ key, expiresAt, held: false }], false)
    await other.settle([{ key, expiresAt, held: false }], false)
    expect((await store.take(key, 1, 60, NOW)).admitted).toBe(true)
    await store.settle([{ key, expiresAt: expiresAt + 1, held: false }], false)
    expect((await store.take(key, 1, 60, NOW)).admitted).toBe(false)
  })

  it('of 50 concurrent requests over two processes with several counters, as many are admitted as the tightest allows', async () => {
    const [narrow, wide] = [newKey(), newKey()].map((key) => ({ key, window: 60, hold: 30 }))
    const wanted = [
      { ...wide, limit: 50 },
      { ...narrow, limit: 5 },
    ] as LimitRequest[]
    const taken = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? store : other).takeAll(wanted, NOW)))
    expect(taken.filter(({ admitted }) => admitted)).toHaveLength(5)
    const counts = await store.read(
      wanted.map(({ key }) => key),
      NOW,
    )
    expect(
      counts.map(({ count }) => count),
      'what was refused by one is counted by none',
    ).toEqual([5, 5])
  })

  it('a counter that is full says whether those under way may make room', async () => {
    const wanted = [{ key: newKey(), limit: 2, window: 60, hold: 30 }]
    const [first, second] = [await store.takeAll(wanted, NOW), await other.takeAll(wanted, NOW)]
    const unitsOf = (taken: ReservationResult) =>
      taken.admitted ? wanted.map(({ key }) => ({ key, expiresAt: NOW + 60, held: true })) : []
    const refused = { admitted: false, full: 0, expiresAt: NOW + 60 }
    expect(await store.takeAll(wanted, NOW)).toEqual({ ...refused, underWay: true })
    expect(await store.takeAll(wanted, NOW + 30), 'expired').toEqual({ ...refused, underWay: false })
    await other.settle(unitsOf(first), true)
    expect(await store.takeAll(wanted, NOW)).toEqual({ ...refused, underWay: true })
    await store.settle(unitsOf(second), false)
    expect(await other.takeAll(wanted, NOW)).toEqual({ admitted: true, counts: [{ count: 2, expiresAt: NOW + 60 }] })
    await store.settle(unitsOf(first), true)
    expect(await other.takeAll(wanted, NOW)).toEqual({ ...refused, underWay: false })
  })

  it('counters are found by key prefix, read by every process that shares the store, and removed', async () => {
    const key = newKey()
    const keys = [`${key}:a`, `${key}:b`, `${key}:c`]
    for (const one of keys) await store.take(one, 5, 60, NOW)
    await store.take(`${key}:a`, 5, 60, NOW)
    expect((await other.find(`${key}:`, 10, NOW)).sort()).toEqual(keys)
    expect(await other.find(`${key}:`, 2, NOW)).toHaveLength(2)
    expect(await other.find('nothing:', 10, NOW)).toEqual([])
    expect(await other.read([...keys.slice(0, 1), 'nothing'], NOW)).toEqual([{ key: `${key}:a`, count: 2, expiresAt: NOW + 60 }])
    expect(await other.read(keys, NOW + 60), 'the window has ended').toEqual([])
    expect(await other.remove([...keys.slice(0, 2), 'nothing'])).toBe(2)
    expect(await store.find(`${key}:`, 10, NOW)).toEqual([`${key}:c`])
    expect(await store.take(`${key}:a`, 1, 60, NOW)).toMatchObject({ admitted: true, count: 1 })
  })
})

it('a database without the table is an error, which the counters outlive', async () => {
  const { Counters } = await import('./counters.ts')
  await database().$executeRawUnsafe('ALTER TABLE accounts_throttlecounter RENAME TO elsewhere')
  try {
    const counters = new Counters(new DatabaseStore(), 2000)
    const counts = await Promise.all(Array.from({ length: 50 }, () => counters.take('k', 5, 60, NOW)))
    expect(counts.filter(({ admitted }) => admitted)).toHaveLength(5)
  } finally {
    await database().$executeRawUnsafe('ALTER TABLE elsewhere RENAME TO accounts_throttlecounter')
  }
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { admit, settle } from './admit.ts'
import { type CounterStore, Counters, PAUSE_AFTER_FAILURE } from './counters.ts'
import { effectivePolicy } from './policies.ts'
import { MemoryStore } from './stores.ts'

const NOW = 1_800_000_000
const at = (second: number) => new Date((NOW + second) * 1000)

/** A shared store that can be taken away. */
class BreakableStore extends MemoryStore implements CounterStore {
  state: 'up' | 'down' | 'silent' = 'up'
  asked = 0
  override async take(...question: Parameters<MemoryStore['take']>) {
    this.asked++
    if (this.state === 'down') throw new Error('ECONNREFUSED')
    if (this.state === 'silent') return new Promise<never>(() => {})
    return super.take(...question)
  }

  override async takeAll(...question: Parameters<MemoryStore['takeAll']>) {
    this.asked++
    if (this.state === 'down') throw new Error('ECONNREFUSED')
    if (this.state === 'silent') return new Promise<never>(() => {})
    return super.takeAll(...question)
  }
}

let clock: number
let shared: BreakableStore
let counters: Counters
const takes = async (n: number, limit = 5) =>
  (await Promise.all(Array.from({ length: n }, () => counters.take('k', limit, 60, NOW)))).filter(({ admitted }) => admitted).length

beforeEach(() => {
  clock = 0
  shared = new BreakableStore()
  counters = new Counters(shared, 20, () => clock)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

describe('while the shared store fails (RL-6)', () => {
  it('the same limit holds in the process, from where the store was', async () => {
    expect(await takes(3)).toBe(3)
    shared.state = 'down'
    expect(await takes(50)).toBe(2)
  })

  it('a store that is full stays full', async () => {
    expect(await takes(50)).toBe(5)
    shared.state = 'down'
    expect(await takes(50)).toBe(0)
  })

  it('one that does not answer is not waited for again and again', async () => {
    shared.state = 'silent'
    expect(await takes(1)).toBe(1)
    expect(await takes(50)).toBe(4)
    expect(shared.asked).toBe(1)
  })

  it('when the store is the database that the request needs, and it is unavailable, the request fails immediately with 503', async () => {
    shared.state = 'down'
    const essential = new Counters(Object.assign(shared, { isFatal: () => true }), 20, () => clock)
    await expect(essential.take('k', 5, 60, NOW)).rejects.toMatchObject({ status: 503, body: { code: 'database_unavailable' } })
    expect((await essential.take('k', 5, 60, NOW)).admitted, 'and others wait for it no more').toBe(true)
    expect(shared.asked).toBe(1)
  })

  it('it is asked again after a pause, and used when it is back', async () => {
    shared.state = 'down'
    await takes(1)
    shared.state = 'up'
    await takes(1)
    expect(shared.asked).toBe(1)
    clock += PAUSE_AFTER_FAILURE
    await takes(1)
    expect(shared.asked).toBe(2)
    expect(shared.size).toBe(1)
  })

  it('says so in one line, with nothing of the request in it', async () => {
    shared.state = 'down'
    await takes(20)
    const lines = vi.mocked(process.stdout.write).mock.calls.map(([line]) => JSON.parse(String(line)) as { event: string })
    expect(lines.map(({ event }) => event)).toEqual(['throttle_store_failed'])
  })
})

describe('a window (RL-2)', () => {
  it('ends on time, regardless of requests during the window', async () => {
    const store = new MemoryStore()
    for (let second = 0; second < 60; second++) await store.take('k', 3, 60, NOW + second)
    expect(await store.take('k', 3, 60, NOW + 59)).toEqual({ admitted: false, count: 3, expiresAt: NOW + 60 })
    expect(await store.take('k', 3, 60, NOW + 60)).toEqual({ admitted: true, count: 1, expiresAt: NOW + 120 })
  })

  it('a release after its end takes nothing from the next window', async () => {
    const store = new MemoryStore()
    const { expiresAt } = await store.take('k', 3, 60, NOW)
    await store.take('k', 3, 60, NOW + 60)
    await store.settle([{ key: 'k', expiresAt, held: false }], false)
    expect((await store.take('k', 3, 60, NOW + 61)).count).toBe(2)
  })

  it('memory is bounded, and what was counted last is kept', async () => {
    const store = new MemoryStore(100)
    for (let n = 0; n < 1000; n++) await store.take(`k${n}`, 5, 60, NOW)
    expect(store.size).toBeLessThanOrEqual(100)
    expect((await store.take('k999', 5, 60, NOW)).count).toBe(2)
  })
})

describe('a policy', () => {
  const policy = effectivePolicy('login', { login: { limit: 5, window: 60 } })
  if (!policy) throw new Error('switched off')
  const begin = (subjects: object, second = 0) => admit('login', policy, subjects, at(second), counters)
  const ask = async (subjects: object, second = 0, wrong = true) => {
    const outcome = await begin(subjects, second)
    if (outcome.admitted)
      await settle(
        outcome.units.filter(({ held }) => held),
        wrong,
        counters,
      )
    return outcome
  }
  const from = (address: string, account = 'ada') => ({ pair: `${account} ${address}`, address, account })

  it('refuses with the seconds that are left, tells the first refusal, and lets in when they have passed', async () => {
    for (let n = 0; n < 5; n++) expect((await ask(from('a'))).admitted).toBe(true)
    expect(await ask(from('a'), 20)).toEqual({ admitted: false, scope: 'pair', window: 60, retryAfter: 40, first: true })
    expect(await ask(from('a'), 59)).toEqual({ admitted: false, scope: 'pair', window: 60, retryAfter: 1, first: false })
    expect((await ask(from('a'), 60)).admitted).toBe(true)
  })

  it('a refused request is counted nowhere: 200 failures from one address leave the account to others (RL-4)', async () => {
    for (let n = 0; n < 200; n++) await ask(from('attacker'))
    expect((await ask(from('elsewhere'))).admitted).toBe(true)
  })

  it('many addresses together are stopped at the account’s limit, many accounts at the address’s (RL-5)', async () => {
    const accountWide = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(from(`address ${n}`))))
    expect(accountWide.filter(({ admitted }) => admitted)).toHaveLength(25)
    expect(await ask(from('one more'))).toMatchObject({ admitted: false, scope: 'account' })
    const addressWide = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(from('z', `account ${n}`))))
    expect(addressWide.filter(({ admitted }) => admitted)).toHaveLength(25)
  })

  it('a released reservation is available again, and nothing more', async () => {
    for (let n = 0; n < 4; n++) await ask(from('a'))
    for (let n = 0; n < 20; n++) expect((await ask(from('a'), 0, false)).admitted).toBe(true)
    const last = await Promise.all(Array.from({ length: 10 }, () => ask(from('a'))))
    expect(last.filter(({ admitted }) => admitted)).toHaveLength(1)
  })

  it('the limit bounds open reservations, and all correct concurrent requests are admitted', async () => {
    let [underWay, most] = [0, 0]
    const logIn = async () => {
      const outcome = await begin(from('a'))
      if (!outcome.admitted) return outcome
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      await settle(outcome.units, false, counters)
      return outcome
    }
    const outcomes = await Promise.all(Array.from({ length: 40 }, logIn))
    expect(outcomes.filter(({ admitted }) => admitted)).toHaveLength(40)
    expect(most).toBe(5)
  })

  it('no more failing concurrent requests than the limit are admitted, with or without correct ones among them', async () => {
    let failures = 0
    const logIn = async (right: boolean) => {
      const outcome = await begin(from('a'))
      if (!outcome.admitted) return outcome
      if (!right) failures++
      await settle(outcome.units, !right, counters)
      return outcome
    }
    const outcomes = await Promise.all(Array.from({ length: 60 }, (_, n) => logIn(n % 3 === 0)))
    expect(failures).toBe(5)
    const refused = outcomes.filter((outcome) => !outcome.admitted)
    expect(refused[0], 'the first that is refused for good is told how long').toMatchObject({ scope: 'pair', window: 60, first: true })
    expect(refused.filter((outcome) => !outcome.admitted && outcome.first)).toHaveLength(1)
    expect(refused.every((outcome) => !outcome.admitted && outcome.retryAfter === 60)).toBe(true)
  })

  it('one whose process is gone is waited for no longer than it could be under way', async () => {
    for (let n = 0; n < 5; n++) await begin(from('a'))
    const late = await begin(from('a'), 31)
    expect(late).toEqual({ admitted: false, scope: 'pair', window: 60, retryAfter: 29, first: true })
  })

  it('a success is still counted by the pace of its address', async () => {
    for (let n = 0; n < 100; n++) await ask({ pair: `account ${n} z`, pace: 'z' }, 0, false)
    expect(await ask({ pair: 'one more', pace: 'z' })).toMatchObject({ admitted: false, scope: 'pace' })
  })

  it('its counters bear no names', async () => {
    const keys: string[] = []
    vi.spyOn(shared, 'takeAll').mockImplementation(async (wanted) => {
      keys.push(...wanted.map(({ key }) => key))
      return { admitted: true, counts: wanted.map(() => ({ count: 1, expiresAt: NOW + 60 })) }
    })
    await ask(from('198.51.100.7', 'ada@example.com'))
    expect(keys).toHaveLength(3)
    for (const key of keys) {
      expect(key).not.toMatch(/ada|198/)
      expect(key.length).toBeLessThanOrEqual(128)
    }
  })
})

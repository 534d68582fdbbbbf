import { beforeEach, describe, expect, it, vi } from 'vitest'
import { log } from '../log.ts'
import type { Job } from './job.ts'
import { startJobs, type Timers } from './start-jobs.ts'

/** A manual clock with the callbacks that wait for it. */
function clock(random = 0) {
  let time = 0
  const waiting = new Map<number, { at: number; callback: () => void }>()
  let last = 0
  const timers: Timers = {
    now: () => new Date(time * 1000),
    after: (seconds, callback) => {
      const id = ++last
      waiting.set(id, { at: time + seconds, callback })
      return () => waiting.delete(id)
    },
    random: () => random,
  }
  const advance = async (seconds: number) => {
    const end = time + seconds
    for (;;) {
      const [next] = [...waiting].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)
      if (!next) break
      const [id, { at, callback }] = next
      waiting.delete(id)
      time = at
      callback()
      // The rounds of these tests wait for nothing but each other's promises.
      await new Promise((resolve) => setImmediate(resolve))
    }
    time = end
  }
  return { timers, advance, waiting }
}

const job = (name: string, every: number, batch: (now: Date) => number | Promise<number>): Job => ({
  name,
  done: 'rows handled',
  every,
  run: async function* ({ now }) {
    yield await batch(now())
  },
})
const unavailable = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'P1001' })

const lines: { level: string; event: string; fields: Record<string, unknown> }[] = []
beforeEach(() => {
  lines.length = 0
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(log(), level).mockImplementation(((fields: Record<string, unknown>, event: string) =>
      lines.push({ level, event, fields })) as never)
  }
})
const logged = (...levels: string[]) => lines.filter(({ level }) => levels.includes(level)).map(({ event, fields }) => [event, fields.job])

describe('the jobs of a server', () => {
  it('run each at its own times, the first time after a tenth of them, with the time of the clock', async () => {
    const { timers, advance } = clock()
    const runs: [string, number][] = []
    const note = (name: string) => (now: Date) => runs.push([name, now.getTime() / 1000])
    startJobs(timers, [job('slow', 600, note('slow')), job('quick', 200, note('quick'))])
    await advance(700)
    expect(runs).toEqual([
      ['quick', 20],
      ['slow', 60],
      ['quick', 220],
      ['quick', 420],
      ['quick', 620],
      ['slow', 660],
    ])
  })

  it('wait up to half longer by chance', async () => {
    const { timers, advance } = clock(0.999)
    const runs: number[] = []
    startJobs(timers, [job('one', 100, (now) => runs.push(now.getTime() / 1000))])
    await advance(170)
    expect(runs.map(Math.round)).toEqual([15, 165])
  })

  it('hold up no other job by failing or hanging, and log each failure', async () => {
    const { timers, advance } = clock()
    let done = 0
    startJobs(timers, [
      job('broken', 10, () => Promise.reject(new TypeError('secret value'))),
      job('hanging', 10, () => new Promise<number>(() => {})),
      job('sound', 10, () => ++done),
    ])
    await advance(41)
    expect(done).toBe(5)
    expect(logged('error')).toEqual(Array(5).fill(['job_failed', 'broken']))
    expect(lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ error: 'TypeError', failures: 1 })
    expect(JSON.stringify(lines)).not.toContain('secret value')
  })

  it('log an unreachable database from the second time in a row on, and not sooner than 5 s later', async () => {
    const { timers, advance } = clock()
    let away = true
    startJobs(timers, [job('mail', 1, () => (away ? Promise.reject(unavailable()) : 1))])
    await advance(1)
    expect(logged('warn', 'error')).toEqual([])
    await advance(10)
    expect(logged('warn', 'error')).toEqual([
      ['job_failed', 'mail'],
      ['job_failed', 'mail'],
    ])
    away = false
    await advance(5)
    expect(logged('info')).toContainEqual(['job_finished', 'mail'])
    away = true
    await advance(1)
    expect(logged('warn', 'error')).toHaveLength(2)
  })

  it('log what they did, and each row that failed; a round with nothing to do is silent', async () => {
    const { timers, advance } = clock()
    const run: Job['run'] = async function* ({ onFailure }) {
      onFailure('account 7', new RangeError('x'))
      yield 2
      yield 1
    }
    startJobs(timers, [{ name: 'rows', done: '', every: 10, run }, job('idle', 10, () => 0)])
    await advance(1)
    expect(lines.filter(({ level }) => level !== 'trace').map(({ level, event, fields }) => [level, event, fields])).toEqual([
      ['error', 'job_row_failed', { job: 'rows', row: 'account 7', error: 'RangeError', code: undefined, at: expect.any(Array) }],
      ['info', 'job_finished', { job: 'rows', handled: 3, failed: 1, ms: expect.any(Number) }],
    ])
    expect(logged('trace')).toEqual([['job_finished', 'idle']])
  })

  it('warn of a row that is locked, and log an error when the same row fails again within a day', async () => {
    const { timers, advance } = clock()
    const run: Job['run'] = async function* ({ onFailure }) {
      onFailure('account 7', unavailable())
      onFailure('account 8', unavailable())
      yield 0
    }
    startJobs(timers, [{ name: 'rows', done: '', every: 3600, run }])
    const levels = () => lines.splice(0).flatMap(({ level, event, fields }) => (event === 'job_row_failed' ? [[level, fields.row]] : []))
    await advance(360)
    expect(levels()).toEqual([
      ['warn', 'account 7'],
      ['warn', 'account 8'],
    ])
    await advance(3600)
    expect(levels()).toEqual([
      ['error', 'account 7'],
      ['error', 'account 8'],
    ])
  })

  it('warn again of a row that was locked days ago', async () => {
    const { timers, advance } = clock()
    const run: Job['run'] = async function* ({ onFailure }) {
      onFailure('account 7', unavailable())
      yield 0
    }
    startJobs(timers, [{ name: 'rows', done: '', every: 90_000, run }])
    await advance(9000 + 90_000)
    expect(lines.filter(({ event }) => event === 'job_row_failed').map(({ level }) => level)).toEqual(['warn', 'warn'])
  })

  it('stop when they are told to, also in the middle of a round', async () => {
    const { timers, advance, waiting } = clock()
    let runs = 0
    const stop = startJobs(timers, [
      job('one', 10, () => ++runs),
      job('ending', 10, () => {
        stop()
        return 0
      }),
    ])
    await advance(100)
    expect(runs).toBe(1)
    expect(waiting.size).toBe(0)
  })
})

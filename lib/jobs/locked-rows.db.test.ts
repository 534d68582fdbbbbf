/** A row that another session locks, or that takes too long, holds up no other; a database that is away ends the round. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runJobs } from '../cli/run-jobs.ts'
import { database, provider } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import { runDue } from './testing/run-due.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const run = (sql: string) => database().$executeRawUnsafe(sql)

type Action = 'UPDATE' | 'UPDATE OF is_active' | 'DELETE'

/** Each write of these rows fails as if the wait for their lock timed out. */
async function lock(table: string, action: Action, column: string, values: (string | number)[]): Promise<void> {
  const locked = `OLD.${column} IN (${values.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')})`
  if (provider() === 'sqlite') {
    await run(`CREATE TRIGGER locked BEFORE ${action} ON ${table} WHEN ${locked} BEGIN SELECT RAISE(ABORT, 'database is locked'); END`)
    return
  }
  await run(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION 'canceling statement due to lock timeout' USING ERRCODE = '55P03'; END$$`)
  await run(`CREATE TRIGGER locked BEFORE ${action} ON ${table} FOR EACH ROW WHEN (${locked}) EXECUTE FUNCTION refuse()`)
}
let unlock = async () => {}
const locking = async (...given: Parameters<typeof lock>) => {
  await lock(...given)
  unlock = async () => {
    await run(provider() === 'sqlite' ? 'DROP TRIGGER locked' : 'DROP FUNCTION refuse CASCADE')
  }
}
afterEach(async () => {
  await unlock()
  unlock = async () => {}
  await database().user.deleteMany({})
  vi.restoreAllMocks()
})

/** So many accounts that are due to be deleted; those at the places are locked. */
async function dueAccounts(count: number, places: number[], due = NOW, action: Action = 'UPDATE'): Promise<number[]> {
  const ids: number[] = []
  for (let n = 0; n < count; n++) ids.push((await newUser({ isActive: false, deletionDueAt: due })).id)
  await locking(
    'accounts_user',
    action,
    'id',
    places.map((place) => ids[place] ?? 0),
  )
  return ids
}
const remaining = async () => (await database().user.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)

describe('deleting accounts', () => {
  it('reports those that are locked and deletes the others', async () => {
    const ids = await dueAccounts(6, [0, 2, 4])
    const locked = [ids[0], ids[2], ids[4]]
    expect(await runDue('delete-closed-accounts', NOW)).toEqual({ handled: 3, failed: locked.map((id) => `account ${id}`) })
    expect(await remaining()).toEqual(locked)
    await unlock()
    unlock = async () => {}
    expect(await runDue('delete-closed-accounts', NOW)).toEqual({ handled: 3, failed: [] })
  })

  it('leaves those whose deletion takes too long for an hour, in which their owners can restore them, and deletes the next', async () => {
    // With this an account is locked before it is deleted; a new date does without.
    const ids = await dueAccounts(4, [0, 1, 2], NOW, 'UPDATE OF is_active')
    await expect(runDue('delete-closed-accounts', NOW)).rejects.toThrow(/locked|lock timeout/)
    const hour = new Date(NOW.getTime() + 3_600_000)
    expect(await database().user.count({ where: { id: { in: ids.slice(0, 3) }, deletionDueAt: hour } })).toBe(3)
    expect(await runDue('delete-closed-accounts', NOW)).toEqual({ handled: 1, failed: [] })
    expect(await remaining()).toEqual(ids.slice(0, 3))
    await unlock()
    unlock = async () => {}
    expect(await runDue('delete-closed-accounts', hour)).toEqual({ handled: 3, failed: [] })
  })

  it('ends after three in a row: the database is away then', async () => {
    const ids = await dueAccounts(5, [1, 2, 3, 4])
    await expect(runDue('delete-closed-accounts', NOW)).rejects.toThrow(/locked|lock timeout/)
    expect(await remaining()).toEqual(ids.slice(1))
  })

  it.each([
    { places: [1], says: 'failed: delete-closed-accounts (1 row)' },
    { places: [0, 1, 2], says: 'failed: delete-closed-accounts (3 rows)' },
  ])('by the command names those that are locked ($places), and the other jobs run', async ({ places, says }) => {
    const ids = await dueAccounts(4, places, new Date(Date.now() - 1000))
    await database().throttleCounter.create({ data: { key: 'over', count: 1, expiresAt: 1 } })
    const written: string[] = []
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    await expect(runJobs()).rejects.toThrow(says)
    for (const place of places) expect(written.join('')).toContain(`account ${ids[place]}: `)
    expect(await database().throttleCounter.count({ where: { key: 'over' } })).toBe(0)
  })
})

it('of old rows those that are locked stay, and the others of their batch go', async () => {
  const keys = Array.from({ length: 20 }, (_, n) => `counter-${n}`)
  await database().throttleCounter.createMany({ data: keys.map((key) => ({ key, count: 1, expiresAt: 1 })) })
  await locking('accounts_throttlecounter', 'DELETE', 'key', ['counter-0', 'counter-7'])
  const { handled, failed } = await runDue('delete-expired-counters', NOW)
  expect([handled, failed.sort()]).toEqual([18, ['counter counter-0', 'counter counter-7']])
  await unlock()
  unlock = async () => {}
  await database().throttleCounter.deleteMany({})
})

it('of the phone numbers that Django wrote one that is locked waits, and the others are read', async () => {
  const users = [
    await newUser({ phone: '+442079460958' }),
    await newUser({ phone: '+442079460959' }),
    await newUser({ phone: '+442079460960' }),
  ]
  await locking('accounts_user', 'UPDATE', 'id', [users[0]?.id ?? 0])
  expect(await runDue('fill-phone-numbers', NOW)).toEqual({ handled: 2, failed: [`account ${users[0]?.id}`] })
})

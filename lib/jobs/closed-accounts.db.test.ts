/** An account that its owner deleted is gone when its grace is over, by the server's own timers and by the command. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { deleteAccount } from '../accounts/account-deletion/delete-account.ts'
import { runJobs } from '../cli/run-jobs.ts'
import { database, provider } from '../db/client.ts'
import { contextOf } from '../http/testing/context.ts'
import { log } from '../log.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { startJobs } from './start-jobs.ts'

const GRACE = 14 * 86_400_000
const PASSWORD = 'Corr3ct-horse-battery'

beforeAll(async () => {
  const key = provider() === 'postgresql' ? 'bigint' : 'integer'
  const reference = 'REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED'
  await database().$executeRawUnsafe(`CREATE TABLE shop_order (user_id ${key} NOT NULL ${reference})`)
})
afterAll(() => hashingPool().close())

/** An account that its owner deleted at some time. */
async function closedAt(time: number): Promise<number> {
  const user = await newUser({ password: await makePassword(PASSWORD) })
  await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, contextOf(user, new Date(time)))
  return user.id
}
const isThere = async (id: number) => (await database().user.count({ where: { id } })) === 1
const order = (id: number) => database().$executeRawUnsafe(`INSERT INTO shop_order VALUES (${id})`)

describe('an account that its owner deleted', () => {
  it('is gone after its grace in a running server, though another table holds the one before it', async () => {
    const start = Date.parse('2026-03-01T10:00:00Z')
    const [held, user] = [await closedAt(start), await closedAt(start)]
    await order(held)
    const logged: [string, Record<string, unknown>][] = []
    for (const level of ['trace', 'info', 'error'] as const) {
      vi.spyOn(log(), level).mockImplementation(((fields: Record<string, unknown>, event: string) => logged.push([event, fields])) as never)
    }
    let now = start + GRACE - 1000
    const waiting = new Set<() => void>()
    const stop = startJobs({
      now: () => new Date(now),
      after: (_seconds, callback) => {
        waiting.add(callback)
        return () => waiting.delete(callback)
      },
      random: () => 0,
    })
    /** Every job of the registry once, as when its timer ends. */
    const round = async () => {
      const due = [...waiting]
      waiting.clear()
      for (const callback of due) callback()
      await vi.waitFor(() => expect(waiting.size).toBe(due.length), { timeout: 20_000 })
    }
    await round()
    expect([await isThere(held), await isThere(user)]).toEqual([true, true])
    now = start + GRACE
    await round()
    expect([await isThere(held), await isThere(user)]).toEqual([true, false])
    const detail = 'This cannot be deleted because of rows that refer to it: 1 row of shop_order.'
    expect(logged).toContainEqual(['job_row_failed', expect.objectContaining({ row: `account ${held}`, detail })])
    expect(logged).toContainEqual(['job_finished', expect.objectContaining({ job: 'delete-closed-accounts', handled: 1, failed: 1 })])
    await database().$executeRawUnsafe('DELETE FROM shop_order')
    await round()
    expect(await isThere(held)).toBe(false)
    stop()
    expect(waiting.size).toBe(0)
  })

  it('is gone after its grace by the command, which says what is held and ends with a failure', async () => {
    const written: string[] = []
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    }
    const [held, user] = [await closedAt(Date.now() - GRACE), await closedAt(Date.now() - GRACE)]
    const staying = await closedAt(Date.now())
    await order(held)
    await expect(runJobs('delete-closed-accounts')).rejects.toThrow('failed: delete-closed-accounts (1 row)')
    expect(written.join('')).toContain(`account ${held}: This cannot be deleted because of rows that refer to it: 1 row of shop_order.`)
    expect([await isThere(held), await isThere(user), await isThere(staying)]).toEqual([true, false, true])
    await database().$executeRawUnsafe('DELETE FROM shop_order')
    await runJobs()
    expect([await isThere(held), await isThere(staying)]).toEqual([false, true])
    await expect(runJobs('nothing')).rejects.toMatchObject({ exitCode: 2 })
    vi.restoreAllMocks()
  })
})

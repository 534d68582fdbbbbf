/** An account whose owner deleted it is removed after its grace period, by the server's timers and by the command. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { deleteAccount } from '../accounts/account-deletion/delete-account.ts'
import { undoDeletion } from '../accounts/account-deletion/undo-deletion.ts'
import { requestPasswordReset } from '../accounts/password-reset/request-password-reset.ts'
import { runJobs } from '../cli/run-jobs.ts'
import { database, provider } from '../db/client.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import { log } from '../log.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { secretsForEmail } from '../tokens/one-time-token.ts'
import { deactivate } from '../users/activation.ts'
import { newUser } from '../users/testing/new-user.ts'
import { startJobs } from './start-jobs.ts'
import { runDue } from './testing/run-due.ts'

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
    now += 3_600_000
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
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    await runJobs()
    vi.useRealTimers()
    expect([await isThere(held), await isThere(staying)]).toEqual([false, true])
    await expect(runJobs('nothing')).rejects.toMatchObject({ exitCode: 2 })
    vi.restoreAllMocks()
  })
})

describe('an account that rows of another table hold', () => {
  const start = Date.parse('2026-05-01T10:00:00Z')
  const due = new Date(start + GRACE)
  const hour = new Date(start + GRACE + 3_600_000)

  it('is not closed: its owner is told why, and promised nothing', async () => {
    const user = await newUser({ password: await makePassword(PASSWORD) })
    await order(user.id)
    const closing = deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, contextOf(user, new Date(start)))
    await expect(closing).rejects.toMatchObject({ status: 409, references: [{ table: 'shop_order', count: 1 }] })
    expect(await database().user.findUnique({ where: { id: user.id } })).toEqual(user)
    expect(await database().outboxMail.count({ where: { userId: user.id } })).toBe(0)
  })

  it('since it was closed can be restored when it is due, by the link and by a new password, and is tried again after an hour', async () => {
    const [linked, reset, gone] = [await closedAt(start), await closedAt(start), await closedAt(start)]
    for (const id of [linked, reset, gone]) await order(id)
    expect(await runDue('delete-closed-accounts', due)).toMatchObject({
      handled: 0,
      failed: [linked, reset, gone].map((id) => `account ${id}`),
    })
    expect(await runDue('delete-closed-accounts', new Date(hour.getTime() - 1))).toEqual({ handled: 0, failed: [] })
    const { token = '' } = (await secretsOf(linked, 'account_deletion_undo')) ?? {}
    await undoDeletion({ token }, contextAt(due))
    const { email } = await database().user.findUniqueOrThrow({ where: { id: reset } })
    await requestPasswordReset({ email }, contextAt(due))
    expect(await secretsOf(reset, 'password_reset')).not.toBeNull()
    await database().$executeRawUnsafe('DELETE FROM shop_order')
    expect(await runDue('delete-closed-accounts', hour)).toEqual({ handled: 2, failed: [] })
    expect([await isThere(linked), await isThere(reset), await isThere(gone)]).toEqual([true, false, false])
  })

  it('whose owner staff have shut out stays shut when it is due', async () => {
    const id = await closedAt(start)
    await order(id)
    const user = await database().user.findUniqueOrThrow({ where: { id } })
    await database().$transaction((tx) => deactivate(tx, user, new Date(start)))
    await runDue('delete-closed-accounts', due)
    expect(await secretsOf(id, 'account_deletion_undo')).toBeNull()
  })

  async function secretsOf(userId: number, purpose: string) {
    const row = await database().oneTimeToken.findFirstOrThrow({ where: { userId, purpose }, orderBy: { id: 'desc' } })
    return secretsForEmail(row.id, due)
  }
})

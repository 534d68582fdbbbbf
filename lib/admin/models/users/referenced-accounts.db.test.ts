/** Tables that Latchkey does not know, of other applications of the same database, refer to accounts. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { deleteUserBy } from '../../../cli/user.ts'
import { database, provider, type User } from '../../../db/client.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { runDue } from '../../../jobs/testing/run-due.ts'
import { deletionImpact } from '../../../users/delete-account.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { deleteObject } from '../../core/change-objects.ts'
import { type ObjectDetail, objectsOf } from '../../core/read-object.ts'
import { groupWith, recentSession, superuser } from '../../testing/staff.ts'
import { groupAdmin } from '../groups/declaration.ts'
import { actOnUsers } from './act-on-users.ts'
import { userAdmin } from './declaration.ts'

const run = (sql: string) => database().$executeRawUnsafe(sql)
const asks = (actor: User, id?: number): AuthenticatedContext => ({
  ...contextOf(actor, new Date(), recentSession(actor)),
  ...(id !== undefined && { params: { id: String(id) } }),
})
const isThere = async (id: number) => (await database().user.count({ where: { id } })) === 1
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { status: number; body: object }) => [error.status, error.body],
  )
const refused = (count: number, rows: string) => ({
  detail: `This cannot be deleted because of rows that refer to it: ${rows}.`,
  code: 'still_referenced',
  references: [{ table: 'shop_order', count }],
})

beforeAll(async () => {
  const key = provider() === 'postgresql' ? 'bigint' : 'integer'
  // As Django makes it: its own code would cascade, the database only refuses, when the transaction ends.
  await run(`CREATE TABLE shop_order (user_id ${key} NOT NULL REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED)`)
  await run(`CREATE TABLE notes_note (owner_id ${key} REFERENCES accounts_user (id) ON DELETE CASCADE)`)
  await run(`CREATE TABLE shop_discount (group_id integer NOT NULL REFERENCES auth_group (id))`)
})
afterEach(() => vi.restoreAllMocks())

const withOrders = async (count: number, more: Partial<User> = {}) => {
  const user = await newUser(more)
  for (let order = 0; order < count; order++) await run(`INSERT INTO shop_order VALUES (${user.id})`)
  return user
}

describe('an account that other tables refer to', () => {
  it('is not deleted by staff: they are told by which table and how many rows, and nothing has changed', async () => {
    const [root, user, free] = [await superuser(), await withOrders(2), await newUser()]
    const group = await groupWith()
    await database().userGroup.create({ data: { userId: user.id, groupId: group.id } })
    await run(`INSERT INTO notes_note VALUES (${user.id}), (${free.id})`)
    expect(await deletionImpact([user.id])).toEqual([
      { label: 'Group memberships', table: 'accounts_user_groups', count: 1, effect: 'delete' },
      { label: 'notes_note', table: 'notes_note', count: 1, effect: 'delete' },
      { label: 'shop_order', table: 'shop_order', count: 2, effect: 'refuse' },
    ])
    expect(await refusal(deleteObject(userAdmin, asks(root, user.id)))).toEqual([409, refused(2, '2 rows of shop_order')])
    const { body } = await actOnUsers({ action: 'delete', ids: [user.id, free.id] }, asks(root))
    const { code, references } = refused(2, '')
    expect(body).toEqual({ action: 'delete', count: 1, failed: [{ id: user.id, code, references }], left: [] })
    expect([await isThere(user.id), await isThere(free.id)]).toEqual([true, false])
    expect(await database().userGroup.count({ where: { userId: user.id } })).toBe(1)
    await run(`DELETE FROM shop_order WHERE user_id = ${user.id}`)
    await deleteObject(userAdmin, asks(root, user.id))
    expect(await isThere(user.id)).toBe(false)
  })

  it('is not deleted by the command, which says what goes with it and what forbids it', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const user = await withOrders(1)
    await expect(deleteUserBy(user.email, { yes: true })).rejects.toThrow('rows that refer to it: 1 row of shop_order.')
    expect(await isThere(user.id)).toBe(true)
  })

  it('is left by the job when its grace is over, holds up no other, and is deleted when nothing forbids it any more', async () => {
    const due = { isActive: false, deletionDueAt: new Date('2026-01-01T00:00:00Z') }
    const [before, user, after] = [await newUser(due), await withOrders(1, due), await newUser(due)]
    await run(`INSERT INTO notes_note VALUES (${after.id})`)
    const now = new Date('2026-02-01T00:00:00Z')
    expect(await runDue('delete-closed-accounts', now)).toEqual({ handled: 2, failed: [`account ${user.id}`] })
    expect([await isThere(before.id), await isThere(user.id), await isThere(after.id)]).toEqual([false, true, false])
    expect(await database().outboxMail.count({ where: { recipient: user.email } })).toBe(0)
    await run(`DELETE FROM shop_order WHERE user_id = ${user.id}`)
    expect(await runDue('delete-closed-accounts', now)).toEqual({ handled: 0, failed: [] })
    expect(await runDue('delete-closed-accounts', new Date('2026-02-01T01:00:00Z'))).toEqual({ handled: 1, failed: [] })
    expect(await isThere(user.id)).toBe(false)
  })

  it('of 120 that are forbidden none starves those behind them', async () => {
    const due = { isActive: false, deletionDueAt: new Date('2026-01-01T00:00:00Z') }
    const blocked = await Promise.all(Array.from({ length: 120 }, () => newUser(due)))
    await run(`INSERT INTO shop_order (user_id) VALUES ${blocked.map(({ id }) => `(${id})`).join(', ')}`)
    const last = await newUser(due)
    const { handled, failed } = await runDue('delete-closed-accounts', new Date('2026-02-01T00:00:00Z'))
    expect([handled, failed.length, await isThere(last.id)]).toEqual([1, 120, false])
  }, 120_000)

  it('so it is for a group', async () => {
    const [root, group] = [await superuser(), await groupWith()]
    await run(`INSERT INTO shop_discount VALUES (${group.id})`)
    const objects = objectsOf(groupAdmin)
    const preview = await objects.deletionPreview((await objects.read(String(group.id))) as ObjectDetail)
    expect(preview).toEqual([{ label: 'shop_discount', count: 1, effect: 'refuse' }])
    expect(await refusal(deleteObject(groupAdmin, asks(root, group.id)))).toMatchObject([
      409,
      { references: [{ table: 'shop_discount', count: 1 }] },
    ])
    expect(await database().group.count({ where: { id: group.id } })).toBe(1)
  })
})

/** Django opens an account that its owner closed without knowing of the deletion, which is called off by that. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { deleteAccount } from '../accounts/account-deletion/delete-account.ts'
import { requestPasswordReset } from '../accounts/password-reset/request-password-reset.ts'
import { changeObject } from '../admin/core/change-objects.ts'
import { actOnUsers } from '../admin/models/users/act-on-users.ts'
import { userAdmin } from '../admin/models/users/declaration.ts'
import { readUser } from '../admin/models/users/read-user.ts'
import { recentSession, superuser } from '../admin/testing/staff.ts'
import { claimLogin } from '../authentication/complete-login.ts'
import { changeUserBy } from '../cli/user.ts'
import { database, type User } from '../db/client.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { runDue } from './testing/run-due.ts'

const PASSWORD = 'Corr3ct-horse-battery'
const NOW = new Date('2026-03-01T10:00:00Z')
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000)

let password = ''
beforeAll(async () => {
  password = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

async function closedAccount(): Promise<User> {
  const user = await newUser({ password, lastLogin: NOW })
  await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, contextOf(user, NOW))
  return user
}
/** As Django's admin saves it: of the columns that Django knows. */
const django = ({ id }: User, isActive: boolean) => database().user.update({ where: { id }, data: { isActive } })
const runJob = (now: Date) => runDue('delete-closed-accounts', now)
const rowOf = ({ id }: User) => database().user.findUnique({ where: { id } })
const events = async ({ id }: User) =>
  (await database().auditEvent.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })).map(({ event }) => event)

const logIn = async ({ id }: User) => {
  const user = await database().user.findUniqueOrThrow({ where: { id } })
  return database().$transaction((tx) => claimLogin(tx, user, contextAt(later(2))))
}
/** Ways to use an account that Django opened. */
const uses: Record<string, (user: User) => Promise<unknown>> = {
  'a login here': logIn,
  'a login at Django': ({ id }) => database().user.update({ where: { id }, data: { lastLogin: later(2) } }),
}
/** Ways to deactivate it again. */
const asks = (root: User, more = {}) => ({ ...contextOf(root, later(3), recentSession(root)), ...more })
const deactivations: Record<string, (user: User) => Promise<unknown>> = {
  'an action': async ({ id }) => actOnUsers({ action: 'deactivate', ids: [id] }, asks(await superuser())),
  'a change': async ({ id }) => changeObject(userAdmin, { is_active: false }, asks(await superuser(), { params: { id: String(id) } })),
  'the command line': async ({ email }) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    await changeUserBy('deactivate', email)
    written.mockRestore()
  },
}

describe('an account that Django opened after its owner had closed it', () => {
  it('loses its date in the next round, so nothing is deleted when Django closes it later; the log says so', async () => {
    const user = await closedAccount()
    await django(user, true)
    expect(await runJob(later(1))).toEqual({ handled: 0, failed: [] })
    expect(await rowOf(user)).toMatchObject({ isActive: true, deletionDueAt: null })
    await django(user, false)
    await runJob(later(100))
    expect(await rowOf(user)).toMatchObject({ isActive: false })
    expect(await events(user)).toEqual(['account_deletion_requested', 'account_deletion_undone'])
  })

  it.each(Object.entries(uses))('and that had %s stays when Django closes it, though no job ran in between', async (_, use) => {
    const [user, closed] = [await closedAccount(), await closedAccount()]
    await django(user, true)
    await use(user)
    await django(user, false)
    await runJob(later(100))
    expect(await rowOf(user)).toMatchObject({ isActive: false, deletionDueAt: null })
    expect(await rowOf(closed)).toBeNull()
  })

  it('loses its date with a login here, which the log says once', async () => {
    const user = await closedAccount()
    await django(user, true)
    await Promise.all([logIn(user), logIn(user)])
    await logIn(user)
    expect(await rowOf(user)).toMatchObject({ deletionDueAt: null })
    expect(await events(user)).toEqual(['account_deletion_requested', 'account_deletion_undone'])
  })

  it.each(Object.entries(deactivations))('stays when %s closes it, though no job ran in between', async (_, deactivate) => {
    const user = await closedAccount()
    await django(user, true)
    await deactivate(user)
    await runJob(later(100))
    expect(await rowOf(user)).toMatchObject({ isActive: false, deletionDueAt: null })
  })

  it('gets password reset emails again, and the admin area announces no deletion', async () => {
    const user = await closedAccount()
    const opened = await django(user, true)
    await requestPasswordReset({ email: user.email }, contextAt(later(1)))
    expect(await database().outboxMail.count({ where: { userId: user.id, kind: 'password_reset' } })).toBe(1)
    expect(await readUser(opened.id)).toMatchObject({ deletion_due_at: null })
  })
})

it('a login in the minute before the closing, by a server whose clock is ahead, calls nothing off', async () => {
  const user = await closedAccount()
  await database().user.update({ where: { id: user.id }, data: { lastLogin: new Date(NOW.getTime() + 5000) } })
  await runJob(later(100))
  expect(await rowOf(user)).toBeNull()
})

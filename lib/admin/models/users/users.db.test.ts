/** What staff may do to accounts, and what no one may (AD-1, X6, L10). */
import { afterAll, describe, expect, it } from 'vitest'
import { deleteAccount } from '../../../accounts/account-deletion/delete-account.ts'
import { database, type User } from '../../../db/client.ts'
import { ApiError, ValidationFailed } from '../../../errors.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { makePassword } from '../../../passwords/hash.ts'
import { hashingPool } from '../../../passwords/pool.ts'
import { hasPermission, loadPermissions } from '../../../permissions/user-permissions.ts'
import { newTokenId } from '../../../tokens/refresh-token.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { addObject, changeObject, deleteObject } from '../../core/change-objects.ts'
import { historyOf } from '../../core/history.ts'
import { groupWith, permissionIds, recentSession, staffWith, superuser } from '../../testing/staff.ts'
import { actOnUsers, type UserActionInput } from './act-on-users.ts'
import { checkNewUser } from './check-input.ts'
import { userAdmin } from './declaration.ts'
import { editableFields, editDeniedReason } from './edit-permissions.ts'
import { readUser } from './read-user.ts'
import type { ChangeUserInput } from './schema.ts'
import { checkSetPassword, setPassword } from './set-password.ts'
import { endUserSessions, sessionsOfUser } from './user-sessions.ts'

const API = { ownPage: false }

const NOW = new Date('2026-11-24T10:00:00Z')
const PASSWORD = 'Zwolf-Quacksilver_jigs-WHITY!'
const asks = (actor: User, target?: { id: number }): AuthenticatedContext => ({
  ...contextOf(actor, NOW, recentSession(actor)),
  ...(target && { params: { id: String(target.id) } }),
})
const rowOf = ({ id }: { id: number }) => database().user.findUniqueOrThrow({ where: { id } })
const change = (actor: User, target: User, input: ChangeUserInput) => changeObject(userAdmin, input, asks(actor, target))
const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: unknown) =>
      error instanceof ApiError
        ? `${error.status} ${error.body.code ?? ''}`.trim()
        : error instanceof ValidationFailed
          ? error.errors
          : error,
  )
const deniedFor = (actor: User) => database().auditEvent.count({ where: { event: 'admin_denied', actorId: actor.id } })

async function session(user: User) {
  const id = newTokenId()
  await database().session.create({
    data: {
      id,
      userId: user.id,
      kind: 'api',
      userAgent: 'curl/8',
      createdAt: NOW,
      lastUsedAt: NOW,
      expiresAt: new Date(NOW.getTime() + 3_600_000),
    },
  })
  return id
}

afterAll(() => hashingPool().close())

describe('permissions', () => {
  it('come from the account and its groups, count for active staff alone, and a superuser has all', async () => {
    const group = await groupWith('auth.view_group')
    const staff = await staffWith('accounts.change_user')
    await database().userGroup.create({ data: { userId: staff.id, groupId: group.id } })
    const permissions = await loadPermissions(staff)
    expect([...permissions.granted].sort()).toEqual(['accounts.change_user', 'auth.view_group'])
    expect(hasPermission(permissions, 'accounts.view_user')).toBe(true)
    expect(hasPermission(permissions, 'accounts.delete_user')).toBe(false)
    expect(hasPermission(permissions, 'auth.change_group')).toBe(false)
    expect(hasPermission(await loadPermissions({ ...staff, isStaff: false }), 'accounts.change_user')).toBe(false)
    expect(hasPermission(await loadPermissions({ ...staff, isActive: false }), 'accounts.change_user')).toBe(false)
    const root = await superuser()
    expect(hasPermission(await loadPermissions(root), 'accounts.delete_user')).toBe(true)
    expect(hasPermission(await loadPermissions({ ...root, isStaff: false }), 'accounts.delete_user')).toBe(false)
  })
})

describe('an account added by staff', () => {
  it('has its address for a user name, also the second one, and no right', async () => {
    const staff = await staffWith('accounts.add_user')
    for (const n of [1, 2]) {
      const email = `added-${n}-${staff.id}@example.com`
      const { body, redirect } = await addObject(
        userAdmin,
        { email, name: 'New', phone: `add ${n} ${staff.id}`, password1: PASSWORD, password2: PASSWORD },
        asks(staff),
      )
      const detail = body as { id: number }
      expect(body).toMatchObject({
        email,
        username: email,
        is_active: true,
        is_staff: false,
        is_superuser: false,
        email_verified: false,
        groups: [],
      })
      expect([null, '/next'].map((next) => typeof redirect === 'function' && redirect(next))).toEqual([
        `/admin/users/${detail.id}`,
        '/next',
      ])
      const [entry, ...others] = await historyOf(userAdmin, detail.id)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ flag: 1, object: email, words: 'Added.', model: 'accounts.user', actor: { id: staff.id } })
    }
  })

  it('must not take what is another account’s, nor have a password that is not allowed', async () => {
    const other = await newUser()
    expect(await checkNewUser({ email: other.email, phone: other.phone, name: 'X', password1: '12345', password2: '12345' }, API)).toEqual({
      email: ['unique:email'],
      phone: ['unique:phone'],
      password1: expect.arrayContaining(['password_entirely_numeric']),
    })
  })
})

describe('a change', () => {
  it('writes what differs, Django’s log entry with its labels, and an event that says from what to what', async () => {
    const [root, user] = [await superuser(), await newUser()]
    const email = `moved-${user.id}@example.com`
    const { body } = await change(root, user, { email, name: user.name, is_staff: true, phone: '+44 20 7946 0009' })
    expect(body).toMatchObject({ email, username: email, is_staff: true, email_verified: false })
    expect(await rowOf(user)).toEqual({
      ...user,
      email,
      username: email,
      phone: '+44 20 7946 0009',
      phoneE164: '+442079460009',
      isStaff: true,
    })
    const [row] = await database().logEntry.findMany({ where: { objectId: String(user.id) }, include: { contentType: true } })
    expect(row).toMatchObject({ actionFlag: 2, objectRepr: email, userId: root.id, contentType: { appLabel: 'accounts', model: 'user' } })
    expect(row?.changeMessage).toBe('[{"changed": {"fields": ["Email address", "Phone", "Staff status"]}}]')
    const [event] = await database().auditEvent.findMany({ where: { subjectId: user.id } })
    expect(event).toMatchObject({ event: 'user_changed', actorId: root.id })
    expect(JSON.parse(event?.detail ?? '')).toEqual({
      fields: ['email', 'phone', 'is_staff'],
      changes: {
        email: { from: user.email, to: email },
        phone: { from: user.phone, to: '+44 20 7946 0009' },
        is_staff: { from: false, to: true },
        username: { from: user.email, to: email },
      },
    })
    const messages = await database().outboxMail.findMany({ where: { userId: user.id } })
    expect(messages.map(({ kind, recipient }) => [kind, recipient])).toEqual([
      ['email_changed', user.email],
      ['email_verification', email],
    ])
  })

  it('that changes nothing writes nothing', async () => {
    const [root, user] = [await superuser(), await newUser()]
    await change(root, user, { name: user.name, is_active: true, groups: [], user_permissions: [] })
    expect(await historyOf(userAdmin, user.id)).toEqual([])
    expect(await rowOf(user)).toEqual(user)
  })

  it('from an outdated form is refused, and nothing of it is kept', async () => {
    const [root, user] = [await superuser(), await newUser()]
    const seen = await readUser(user.id)
    await change(root, user, { name: 'First' })
    expect(await outcome(change(root, user, { name: 'Second', version: seen?.version ?? '' }))).toBe('409 changed_meanwhile')
    expect((await rowOf(user)).name).toBe('First')
    const again = await readUser(user.id)
    expect(await outcome(change(root, user, { name: 'Second', version: again?.version ?? '' }))).toBe(200)
  })

  it('that closes an account ends its sessions; one that opens it lets it not be deleted', async () => {
    const [root, user] = [await superuser(), await newUser()]
    const sid = await session(user)
    await change(root, user, { is_active: false })
    expect(await database().session.findUnique({ where: { id: sid } })).toMatchObject({ endedAt: NOW, endReason: 'admin' })
    await database().user.update({ where: { id: user.id }, data: { deletionDueAt: NOW } })
    await change(root, user, { is_active: true })
    expect(await rowOf(user)).toMatchObject({ isActive: true, deletionDueAt: null })
  })

  it('of an account that does not exist is 404', async () => {
    const root = await superuser()
    for (const id of ['0', '99999999', 'x', '1e3', '9'.repeat(16), '-1']) {
      expect(await outcome(changeObject(userAdmin, { name: 'X' }, { ...asks(root), params: { id } }))).toBe('404')
    }
  })
})

describe('no one gains by a change what they do not have (AD-1, X6)', () => {
  const permissions = ['accounts.view_user', 'accounts.change_user', 'accounts.delete_user'] as const

  it('staff who are not superusers make no one staff or superuser, not even themselves', async () => {
    const staff = await staffWith(...permissions)
    for (const target of [staff, await newUser()]) {
      const before = await rowOf(target)
      for (const input of [{ is_superuser: true }, { is_staff: !before.isStaff }, { is_superuser: true, name: 'X' }]) {
        expect(await outcome(change(staff, target, input))).toBe('403')
      }
      expect(await rowOf(target)).toEqual(before)
    }
    expect(await deniedFor(staff)).toBe(2)
  })

  it('they give and take no permission and no group beyond their own', async () => {
    const staff = await staffWith(...permissions)
    const user = await newUser()
    const [own, beyond] = [await groupWith('accounts.view_user'), await groupWith('accounts.view_user', 'auth.change_group')]
    const [view, group] = await permissionIds('accounts.view_user', 'auth.change_group')
    for (const target of [user, staff]) {
      expect(await outcome(change(staff, target, { groups: [beyond.id] }))).toBe('403')
      expect(await outcome(change(staff, target, { user_permissions: [group as number] }))).toBe('403')
    }
    expect(await outcome(change(staff, user, { groups: [own.id], user_permissions: [view as number] }))).toBe(200)
    expect(await readUser(user.id)).toMatchObject({ groups: [{ id: own.id }], user_permissions: [{ id: view }] })
    expect(await outcome(change(staff, user, { groups: [], user_permissions: [] }))).toBe(200)
    expect(await outcome(change(staff, user, { groups: [99999] }))).toEqual({ groups: ['unknown_object:99999'] })
  })

  it('a superuser, and who may do more, is out of their reach in every way', async () => {
    const staff = await staffWith(...permissions)
    for (const target of [await superuser(), await newUser({ isSuperuser: true, isActive: false }), await staffWith('auth.view_group')]) {
      await session(target)
      const standing = await sessionsOfUser(target.id, NOW)
      const before = await rowOf(target)
      expect(await outcome(change(staff, target, { name: 'X' }))).toBe('403')
      expect(await outcome(change(staff, target, { email: 'taken-over@example.com' }))).toBe('403')
      expect(await outcome(deleteObject(userAdmin, asks(staff, target)))).toBe('403')
      expect(await outcome(setPassword({ password1: PASSWORD, password2: PASSWORD }, asks(staff, target)))).toBe('403')
      expect(await outcome(endUserSessions({}, asks(staff, target)))).toBe('403')
      for (const action of ['activate', 'deactivate', 'end_sessions', 'send_reset', 'delete']) {
        const { body } = await actOnUsers({ action, ids: [target.id] } as UserActionInput, asks(staff))
        expect(body).toEqual({ action, count: 0, failed: [{ id: target.id, code: 'permission_denied' }], left: [] })
      }
      expect(await rowOf(target)).toEqual(before)
      expect(await editableFields(await loadPermissions(staff), target)).toEqual(new Set())
      expect(await editDeniedReason(await loadPermissions(staff), target.id)).toBe(before.isSuperuser ? 'superuser' : 'more_permissions')
      expect(await sessionsOfUser(target.id, NOW)).toEqual(standing)
    }
  })

  it('a permission that was taken in the meantime no longer applies', async () => {
    const [staff, user] = [await staffWith('accounts.change_user'), await newUser()]
    await database().userPermission.deleteMany({ where: { userId: staff.id } })
    expect(await outcome(change(staff, user, { name: 'X' }))).toBe('403')
    const root = await superuser()
    await database().user.update({ where: { id: root.id }, data: { isSuperuser: false } })
    expect(await outcome(change(root, user, { is_superuser: true }))).toBe('403')
  })

  it('no one deactivates, demotes or deletes themselves', async () => {
    const [root] = [await superuser(), await superuser()]
    for (const input of [{ is_active: false }, { is_staff: false }, { is_superuser: false }]) {
      expect(await outcome(change(root, root, input))).toBe('409 own_account')
    }
    expect(await outcome(deleteObject(userAdmin, asks(root, root)))).toBe('409 own_account')
    expect(await outcome(setPassword({ usable_password: false }, asks(root, root)))).toBe('409 own_account')
    const { body } = await actOnUsers({ action: 'delete', ids: [root.id] }, asks(root))
    expect(body).toEqual({ action: 'delete', count: 0, failed: [{ id: root.id, code: 'own_account' }], left: [] })
    expect(await rowOf(root)).toEqual(root)
  })
})

describe('one superuser always remains (L10)', () => {
  const ways = {
    demote: (actor: User, target: User) => change(actor, target, { is_superuser: false }),
    deactivate: (actor: User, target: User) => change(actor, target, { is_active: false }),
    'shut out': (actor: User, target: User) => change(actor, target, { is_staff: false }),
    delete: (actor: User, target: User) => deleteObject(userAdmin, asks(actor, target)),
  }

  it.each(Object.entries(ways))('when two %s each other at once', async (_, way) => {
    for (let round = 0; round < 5; round++) {
      await database().user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: false } })
      const [ada, grace] = [await superuser(), await superuser()]
      const outcomes = await Promise.all([outcome(way(ada, grace)), outcome(way(grace, ada))])
      expect(outcomes.filter((one) => one === 200)).toHaveLength(1)
      expect(outcomes.filter((one) => one === '409 last_superuser')).toHaveLength(1)
      expect(await database().user.count({ where: { isSuperuser: true, isActive: true, isStaff: true } })).toBe(1)
    }
  })

  it('one who is no staff does not count: they could do nothing in the admin area', async () => {
    await database().user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: false } })
    const [ada, grace, other] = [await superuser(), await superuser(), await superuser()]
    await change(ada, grace, { is_staff: false })
    await change(ada, other, { is_active: false })
    expect(await outcome(change(grace, ada, { is_staff: false }))).toBe('409 last_superuser')
    const password = await makePassword(PASSWORD)
    const closing = await database().user.update({ where: { id: ada.id }, data: { password } })
    expect(await outcome(deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, asks(closing)))).toEqual({
      non_field_errors: ['last_superuser'],
    })
    await change(ada, grace, { is_staff: true })
    expect(await outcome(deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, asks(closing)))).toBe(200)
  })
})

describe('a password set by staff (AD-4)', () => {
  it('ends the sessions, tells the owner, is written down, and is shown nowhere', async () => {
    const [staff, user] = [await staffWith('accounts.change_user'), await newUser()]
    await session(user)
    const { body } = await setPassword({ password1: PASSWORD, password2: PASSWORD, reason: 'asked by phone' }, asks(staff, user))
    const { password } = await rowOf(user)
    expect(password).toMatch(/^bcrypt_sha256\$\$2b\$\d\d\$/)
    expect(await sessionsOfUser(user.id, NOW)).toEqual([])
    const text = JSON.stringify(body)
    expect(text).not.toContain(password.slice(-31))
    expect(text).not.toContain(password.slice(20, 40))
    expect(body).toMatchObject({
      password: {
        usable: true,
        text: expect.stringMatching(/^algorithm: bcrypt_sha256 work factor: \d+ salt: \S{6}\*{16} checksum: \S{6}\*{25}$/),
      },
    })
    const [message] = await database().outboxMail.findMany({ where: { userId: user.id } })
    expect(message).toMatchObject({ kind: 'password_changed', recipient: user.email, text: expect.stringContaining('asked by phone') })
    const event = await database().auditEvent.findFirst({ where: { subjectId: user.id, event: 'user_password_set' } })
    expect(JSON.parse(event?.detail ?? '')).toEqual({ usable: true, sessionsEnded: 1, reason: 'asked by phone' })
    expect(await historyOf(userAdmin, user.id)).toMatchObject([{ flag: 2, words: 'Changed password.' }])
  })

  it('may be switched off', async () => {
    const [staff, user] = [await staffWith('accounts.change_user'), await newUser({ password: 'x' })]
    const { body, flash } = await setPassword({ usable_password: false }, asks(staff, user))
    expect((await rowOf(user)).password).toMatch(/^!/)
    expect(body).toMatchObject({ password: { usable: false, text: 'No password set.', parts: [] } })
    expect(flash?.status).toBe('user_password_disabled')
  })

  it('must be typed twice and will have to do for its account', async () => {
    const [staff, user] = [await staffWith('accounts.change_user'), await newUser()]
    const check = (input: object) => checkSetPassword(input, asks(staff, user))
    expect(await check({})).toEqual({ password1: ['required'], password2: ['required'] })
    expect(await check({ password1: PASSWORD, password2: 'other' })).toEqual({ password2: ['password_mismatch'] })
    expect(await check({ password1: user.email, password2: user.email })).toEqual({ password2: ['password_too_similar:email'] })
    expect(await check({ usable_password: false })).toEqual({})
  })
})

describe('several accounts at once', () => {
  it('each by itself: what is refused of one does not hinder the others', async () => {
    const [root, one, two, closed] = [await superuser(), await newUser(), await newUser(), await newUser({ isActive: false })]
    const ids = [one, two, closed, root].map(({ id }) => id)
    const { body } = await actOnUsers({ action: 'deactivate', ids: [...ids, 99999999] }, asks(root))
    expect(body).toEqual({
      action: 'deactivate',
      count: 2,
      failed: [
        { id: root.id, code: 'own_account' },
        { id: 99999999, code: 'not_found' },
      ],
      left: [],
    })
    expect(await historyOf(userAdmin, one.id)).toMatchObject([{ words: 'Changed Active.' }])
    expect(await historyOf(userAdmin, closed.id)).toEqual([])
  })

  it('all that a search shows, or none at all', async () => {
    const root = await superuser()
    const users = [await newUser({ name: 'Bulk Zebedee' }), await newUser({ name: 'zebedee bulk' }), await newUser({ name: 'Zebedee' })]
    const { body } = await actOnUsers({ action: 'delete', all: true, search: 'zebedee bulk' }, asks(root))
    expect(body).toEqual({ action: 'delete', count: 2, failed: [], left: [] })
    expect(await database().user.count({ where: { id: { in: users.map(({ id }) => id) } } })).toBe(1)
    for (const input of [{}, { ids: [] }, { all: false }]) {
      expect(await outcome(actOnUsers({ action: 'delete', ...input }, asks(root)))).toEqual({ non_field_errors: ['no_items'] })
    }
  })

  it('who may change may not delete', async () => {
    const [staff, user] = [await staffWith('accounts.change_user'), await newUser()]
    expect(await outcome(actOnUsers({ action: 'delete', ids: [user.id] }, asks(staff)))).toBe('403')
    expect(await database().auditEvent.findFirst({ where: { actorId: staff.id, event: 'admin_denied' } })).toMatchObject({
      detail: '{"permission":"accounts.delete_user"}',
      outcome: 'failure',
    })
  })
})

it('a deletion leaves an entry that Django can show, and nothing of the account', async () => {
  const [root, user] = [await superuser(), await newUser()]
  await session(user)
  await deleteObject(userAdmin, asks(root, user))
  expect(await readUser(user.id)).toBeNull()
  const rows = await database().logEntry.findMany({ where: { objectId: String(user.id) } })
  expect(rows).toMatchObject([{ actionFlag: 3, changeMessage: '', objectRepr: `#${user.id}` }])
  expect(await historyOf(userAdmin, user.id)).toMatchObject([{ flag: 3, words: 'Deleted.' }])
})

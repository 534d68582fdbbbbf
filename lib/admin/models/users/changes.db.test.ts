/** Changes that want proof, two at once, and what is remembered of them (AD-2, AF-5, AF-8, AF-9). */
import { afterAll, describe, expect, it } from 'vitest'
import { recordEvent } from '../../../audit/audit.ts'
import { database, type User } from '../../../db/client.ts'
import { ApiError } from '../../../errors.ts'
import { entityTag } from '../../../http/negotiation.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { hashingPool } from '../../../passwords/pool.ts'
import { loadPermissions } from '../../../permissions/user-permissions.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { groupChoices, matching, permissionChoices, pickerOptions } from '../../choices/choices.ts'
import { addObject, changeObject } from '../../core/change-objects.ts'
import { actorsOf, historyOf, logChange } from '../../core/history.ts'
import { differencesOf, type ObjectDetail } from '../../core/read-object.ts'
import { changesSince } from '../../core/versions.ts'
import { give, groupWith, permissionIds, recentSession, staffWith, superuser } from '../../testing/staff.ts'
import { groupAdmin } from '../groups/declaration.ts'
import { readGroup } from '../groups/read-group.ts'
import { checkNewUser } from './check-input.ts'
import { userAdmin } from './declaration.ts'
import { changeUserEndpoint } from './endpoints.ts'
import { readUser, type UserDetail } from './read-user.ts'
import type { ChangeUserInput } from './schema.ts'

const API = { ownPage: false }

const NOW = new Date('2026-11-24T10:00:00Z')
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)
const asks = (actor: User, id: number | null, now = NOW) => ({
  ...contextOf(actor, now, recentSession(actor)),
  ...(id !== null && { params: { id: String(id) } }),
})
const change = (actor: User, target: { id: number }, input: ChangeUserInput, now = NOW) =>
  changeObject(userAdmin, input, asks(actor, target.id, now))
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof ApiError ? (error.body.code ?? error.status) : error),
  )
const unauthenticated = (user: User) => database().session.update({ where: { id: recentSession(user) }, data: { authenticatedAt: null } })
const detailOf = async (id: number) => (await readUser(id)) as UserDetail

afterAll(() => hashingPool().close())

describe('AD-2: without the password entered lately', () => {
  it('no right is given or taken and no address changed, and nothing of such a change is kept', async () => {
    const [root, user, group] = [await superuser(), await newUser(), await groupWith('auth.view_group')]
    const [permission] = await permissionIds('auth.view_group')
    await unauthenticated(root)
    const before = await detailOf(user.id)
    const wanting: ChangeUserInput[] = [
      { email: `other-${user.id}@example.com` },
      { is_active: false },
      { is_staff: true },
      { is_superuser: true },
      { groups: [group.id] },
      { user_permissions: [permission as number] },
    ]
    for (const input of wanting) {
      expect(await refusal(change(root, user, { name: 'Smuggled', ...input })), JSON.stringify(input)).toBe('reauthentication_required')
    }
    expect(await detailOf(user.id)).toEqual(before)
    expect(await refusal(addObject(groupAdmin, { name: `G ${user.id}`, permissions: [permission as number] }, asks(root, null)))).toBe(
      'reauthentication_required',
    )
    expect(await refusal(changeObject(groupAdmin, { permissions: [] }, asks(root, group.id)))).toBe('reauthentication_required')
    expect(await database().group.count({ where: { name: `G ${user.id}` } })).toBe(0)
  })

  it('names, phones and what stays as it is are changed all the same', async () => {
    const [root, user, group] = [await superuser(), await newUser(), await groupWith('auth.view_group')]
    const [permission] = await permissionIds('auth.view_group')
    await unauthenticated(root)
    const input = { name: 'New', phone: `p ${user.id}`, first_name: 'F', username: `u-${user.id}` }
    const same = { email: user.email, is_active: true, is_staff: false, is_superuser: false, groups: [], user_permissions: [] }
    expect(await refusal(change(root, user, { ...input, ...same }))).toBeNull()
    expect(await detailOf(user.id)).toMatchObject(input)
    expect(
      await refusal(changeObject(groupAdmin, { name: `Renamed ${group.id}`, permissions: [permission as number] }, asks(root, group.id))),
    ).toBeNull()
    expect(await refusal(addObject(groupAdmin, { name: `Empty ${group.id}` }, asks(root, null)))).toBeNull()
  })

  it('staff without the permission are told that, and not to enter a password', async () => {
    const [staff, user] = [await staffWith('accounts.change_user'), await newUser()]
    await unauthenticated(staff)
    expect(await refusal(change(staff, user, { is_superuser: true }))).toBe(403)
  })
})

describe('AF-8: two who change one account', () => {
  it('the second is told who did what, keeps nothing of theirs, and may save over it knowingly', async () => {
    const [ann, bob, user] = [await superuser(), await superuser(), await newUser({ name: 'Old' })]
    const opened = await detailOf(user.id)
    await change(ann, user, { name: 'By Ann', version: opened.version }, later(1))
    const error = await change(bob, user, { name: 'By Bob', phone: `bob ${user.id}`, version: opened.version }, later(2)).catch((e) => e)
    const present = await detailOf(user.id)
    expect(error.status).toBe(409)
    expect(error.body).toMatchObject({
      code: 'changed_meanwhile',
      version: present.version,
      changes: [{ at: later(1).toISOString(), by: ann.email, words: 'Changed Name.', changes: { name: { from: 'Old', to: 'By Ann' } } }],
    })
    expect(present).toMatchObject({ name: 'By Ann', phone: user.phone })
    expect(await changesSince(userAdmin, user.id, opened.version)).toHaveLength(1)
    expect(
      await differencesOf(userAdmin, present as unknown as ObjectDetail, {
        name: 'By Bob',
        phone: user.phone,
        is_active: 'true',
        groups: '',
      }),
    ).toEqual({
      name: { from: 'By Ann', to: 'By Bob' },
    })
    await change(bob, user, { name: 'By Bob', version: present.version }, later(3))
    expect(await detailOf(user.id)).toMatchObject({ name: 'By Bob' })
  })

  it('an invalid version is outdated, and what the form cannot change outdates none', async () => {
    const [root, user] = [await superuser(), await newUser()]
    const { version } = await detailOf(user.id)
    for (const made of ['x', '', '.', 'x.y', 'x.2147483648', `${'9'.repeat(30)}.${'9'.repeat(30)}`]) {
      expect(await refusal(change(root, user, { name: 'X', version: made }))).toBe('changed_meanwhile')
    }
    const ifMatch = (tag: string) => refusal(changeObject(userAdmin, { name: 'Y' }, { ...asks(root, user.id), ifMatch: tag }))
    expect([await ifMatch('"x"'), await ifMatch(entityTag(await readUser(user.id)))]).toEqual(['precondition_failed', null])
    await change(root, user, { name: user.name })
    await database().user.update({ where: { id: user.id }, data: { lastLogin: NOW, password: '!other' } })
    expect(await refusal(change(root, user, { name: 'X', version }))).toBeNull()
  })
})

describe('AF-9: the history', () => {
  it('says from what to what, of sets what came and went, and by which request; Django’s entry stays Django’s', async () => {
    const [root, user, group] = [await superuser(), await newUser({ name: 'Old' }), await groupWith()]
    await change(root, user, { name: 'New', groups: [group.id] }, later(1))
    await change(root, user, { groups: [] }, later(2))
    expect(await historyOf(userAdmin, user.id)).toMatchObject([
      { changes: { groups: { added: [], removed: [group.name] } }, requestId: 'test' },
      { changes: { name: { from: 'Old', to: 'New' }, groups: { added: [group.name], removed: [] } }, requestId: 'test' },
    ])
    const rows = await database().logEntry.findMany({ where: { objectId: String(user.id) }, orderBy: { id: 'asc' } })
    expect(rows.map(({ changeMessage }) => changeMessage)).toEqual([
      '[{"changed": {"fields": ["Name", "Groups"]}}]',
      '[{"changed": {"fields": ["Groups"]}}]',
    ])
    await changeObject(groupAdmin, { name: `Renamed ${group.id}` }, asks(root, group.id, later(3)))
    expect(await historyOf(groupAdmin, group.id)).toMatchObject([{ changes: { name: { from: group.name, to: `Renamed ${group.id}` } } }])
  })

  it('is narrowed by who did it and by field, and shows what Django wrote without values', async () => {
    const [ann, bob, user] = [await superuser(), await superuser(), await newUser()]
    await change(ann, user, { name: 'One' }, later(1))
    await change(bob, user, { first_name: 'Two' }, later(2))
    const entry = await database().logEntry.findFirstOrThrow({ where: { objectId: String(user.id) } })
    const { id: _, ...django } = { ...entry, actionTime: later(9), changeMessage: '[{"changed": {"fields": ["Phone"]}}]' }
    await database().logEntry.create({ data: django })
    const words = async (filter: object) => (await historyOf(userAdmin, user.id, filter)).map((each) => each.words)
    expect(await words({ actorId: bob.id })).toEqual(['Changed First name.'])
    expect(await words({ field: 'Name' })).toEqual(['Changed Name.'])
    expect((await historyOf(userAdmin, user.id))[0]).toMatchObject({ words: 'Changed Phone.', requestId: null, changes: {} })
    expect((await actorsOf(userAdmin, user.id)).map(({ id }) => id).sort()).toEqual([ann.id, bob.id].sort())
  })
})

describe('AF-5: an account without a password of the admin’s choosing', () => {
  const person = (actor: User, name: string) => ({ email: `${name}-${actor.id}@example.com`, name, phone: `${name} ${actor.id}` })

  it.each([
    ['invitation', ['invitation']],
    ['none', ['email_verification']],
  ] as const)('%s: no one can sign in by password, and the emails are %j', async (sign_in_by, kinds) => {
    const staff = await staffWith('accounts.add_user')
    const input = { ...person(staff, sign_in_by), sign_in_by }
    expect(await checkNewUser(input, API)).toEqual({})
    const { body } = await addObject(userAdmin, input, asks(staff, null))
    const added = body as UserDetail
    expect(added.password).toMatchObject({ usable: false })
    const messages = await database().outboxMail.findMany({ where: { userId: added.id } })
    expect(messages.map(({ kind }) => kind)).toEqual(kinds)
  })

  it('an invitation that the limit of emails keeps back is not called sent', async () => {
    const staff = await staffWith('accounts.add_user')
    const input = { ...person(staff, 'often'), sign_in_by: 'invitation' as const }
    const messages: unknown[] = []
    for (let n = 0; n < 6; n++) {
      const { body, flash } = await addObject(userAdmin, input, asks(staff, null))
      messages.push(flash?.status)
      await database().user.update({
        where: { id: (body as UserDetail).id },
        data: { email: `${n}-${input.email}`, username: `${n}`, phone: `${n}` },
      })
    }
    expect([messages[0], messages[5]]).toEqual(['invitation_added', 'invitation_not_sent'])
  })

  it('wants both passwords where one is chosen', async () => {
    expect(await checkNewUser({ name: 'X' }, API)).toEqual({ password1: ['required'], password2: ['required'] })
    expect(await checkNewUser({ name: 'X', password1: '', password2: 'long enough words' }, API)).toEqual({ password1: ['blank'] })
  })

  it('is not added by staff who lost the permission since the request came', async () => {
    const staff = await staffWith('accounts.add_user')
    await database().userPermission.deleteMany({ where: { userId: staff.id } })
    const input = { ...person(staff, 'late'), sign_in_by: 'none' as const }
    expect(await refusal(addObject(userAdmin, input, asks(staff, null)))).toBe(403)
    expect(await database().user.count({ where: { email: input.email } })).toBe(0)
  })
})

describe('AF-6: what there is to choose', () => {
  it('is found by every word as it was typed, and marked where the staff member does not have it', async () => {
    const staff = await staffWith('accounts.change_user', 'auth.view_group')
    const [held, beyond] = [await groupWith('auth.view_group'), await groupWith('auth.view_group', 'auth.delete_group')]
    const odd = await database().group.create({ data: { name: `100%_\\ ÄRZTE ${staff.id}` } })
    const groups = await groupChoices(await loadPermissions(staff))
    const grantable = (id: number) => groups.find((group) => group.id === id)?.grantable
    expect([grantable(held.id), grantable(beyond.id), grantable(odd.id)]).toEqual([true, false, true])
    expect(matching(groups, `ärzte 100%_\\ ${staff.id}`).map(({ id }) => id)).toEqual([odd.id])
    expect(matching(groups, `_rzte ${staff.id}`)).toEqual([])
    const permissions = await permissionChoices(await loadPermissions(staff))
    expect(matching(permissions, 'view_group')).toMatchObject([{ codename: 'view_group', grantable: true }])
    expect(matching(permissions, 'auth delete group')).toMatchObject([{ codename: 'delete_group', grantable: false }])
    await give(staff, 'auth.delete_group')
    expect((await groupChoices(await loadPermissions(staff))).find((group) => group.id === beyond.id)?.grantable).toBe(true)
  })

  it('comes to a page in part: all that is chosen, and the first of the rest', () => {
    const all = Array.from({ length: 3000 }, (_, index) => ({ id: index + 1, label: `Group ${index + 1}`, grantable: true }))
    expect(pickerOptions(all, [2999, 5, 77_777], '')).toMatchObject({ chosen: [{ id: 5 }, { id: 2999 }], more: 2948, total: 3000 })
    expect(pickerOptions(all, [5], '').offered).toHaveLength(50)
    expect(pickerOptions(all, [5], 'group 299').offered.map(({ id }) => id)).toEqual([
      299, 1299, 2299, 2990, 2991, 2992, 2993, 2994, 2995, 2996, 2997, 2998, 2999,
    ])
  })
})

it('a group’s version changes with its name and permissions alone', async () => {
  const [root, group] = [await superuser(), await groupWith()]
  const opened = await readGroup(group.id)
  await changeObject(groupAdmin, { name: `Else ${group.id}` }, asks(root, group.id))
  const outdated = changeObject(groupAdmin, { name: 'X', version: opened?.version ?? '' }, asks(root, group.id, later(1)))
  expect(await refusal(outdated)).toBe('changed_meanwhile')
})

it('two changes of one account by one person at one moment are told apart in its history', async () => {
  const [root, user] = [await superuser(), await newUser({ name: 'First' })]
  await change(root, user, { name: 'Second' })
  await change(root, user, { name: 'Third' })
  const names = (await historyOf(userAdmin, user.id)).map(({ changes }) => changes.name)
  expect(names).toEqual([
    { from: 'Second', to: 'Third' },
    { from: 'First', to: 'Second' },
  ])
})

it('an event that names no log entry, as older ones do not, is found by its moment, person and account', async () => {
  const [root, user] = [await superuser(), await newUser()]
  const changes = { name: { from: 'First', to: 'Second' } }
  await database().$transaction(async (tx) => {
    await logChange(tx, userAdmin, root.id, { id: user.id, repr: user.email }, ['Name'], NOW)
    const detail = { fields: ['name'], changes }
    await recordEvent(tx, 'user_changed', { actorId: root.id, subjectId: user.id, detail }, asks(root, user.id))
  })
  expect(await historyOf(userAdmin, user.id)).toMatchObject([{ requestId: 'test', changes }])
})

it('a form that leaves a closed account as it is says nothing of its state', () => {
  const complete = (is_active: unknown) => changeUserEndpoint.prepareInput?.({ name: 'Ada', is_active }, 'browser')
  expect([complete(''), complete(undefined)]).toEqual([{ name: 'Ada' }, { name: 'Ada' }])
  expect([complete('false'), complete('true')]).toEqual([
    { name: 'Ada', is_active: 'false' },
    { name: 'Ada', is_active: 'true' },
  ])
})

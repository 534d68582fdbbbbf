/** Actions on several accounts: each within the permissions of the caller, and reported one by one. */
import { describe, expect, it } from 'vitest'
import { database, lockUser, provider, type User } from '../../../db/client.ts'
import { ApiError, ValidationFailed } from '../../../errors.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { historyOf } from '../../core/history.ts'
import { writeIds } from '../../core/list-selection.ts'
import { groupWith, staffWith, superuser } from '../../testing/staff.ts'
import { actOnUsers, type UserActionInput } from './act-on-users.ts'
import { userAdmin } from './declaration.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const act = (actor: User, users: { id: number }[], input: UserActionInput) =>
  actOnUsers({ ids: users.map(({ id }) => id), ...input }, contextOf(actor, NOW))
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof ValidationFailed ? error.errors : error instanceof ApiError ? error.status : error),
  )
const groupsOf = async ({ id }: { id: number }) =>
  (await database().userGroup.findMany({ where: { userId: id } })).map(({ groupId }) => groupId)

describe('groups', () => {
  it('are given and taken, and only what changes is counted and written down', async () => {
    const [root, one, two, group, other] = [await superuser(), await newUser(), await newUser(), await groupWith(), await groupWith()]
    await database().userGroup.create({ data: { userId: two.id, groupId: other.id } })
    const add = { action: 'add_to_group' as const, group: group.id }
    expect((await act(root, [one, two], add)).body).toMatchObject({ count: 2, failed: [] })
    expect((await act(root, [one, two], add)).body).toMatchObject({ count: 0, failed: [] })
    expect([await groupsOf(one), (await groupsOf(two)).sort()]).toEqual([[group.id], [group.id, other.id].sort()])
    expect((await act(root, [one, two], { ...add, action: 'remove_from_group' })).body).toMatchObject({ count: 2 })
    expect([await groupsOf(one), await groupsOf(two)]).toEqual([[], [other.id]])
    expect((await historyOf(userAdmin, one.id)).map(({ words }) => words)).toEqual(['Changed Groups.', 'Changed Groups.'])
  })

  it('that may do more than the caller are neither given nor taken', async () => {
    const [staff, user, powerful] = [await staffWith('accounts.change_user'), await newUser(), await groupWith('accounts.delete_user')]
    const { body } = await act(staff, [user], { action: 'add_to_group', group: powerful.id })
    expect(body).toMatchObject({ count: 0, failed: [{ id: user.id, code: 'permission_denied' }] })
    await database().userGroup.create({ data: { userId: user.id, groupId: powerful.id } })
    expect((await act(staff, [user], { action: 'remove_from_group', group: powerful.id })).body).toMatchObject({ count: 0 })
    expect(await groupsOf(user)).toEqual([powerful.id])
    expect(await database().auditEvent.count({ where: { event: 'admin_denied', actorId: staff.id } }), 'twice for one account').toBe(1)
  })

  it('must be named, and be there', async () => {
    const [root, user] = [await superuser(), await newUser()]
    for (const action of ['add_to_group', 'remove_from_group'] as const) {
      expect(await refusal(act(root, [user], { action }))).toEqual({ group: ['required'] })
      expect(await refusal(act(root, [user], { action, group: null }))).toEqual({ group: ['required'] })
      expect(await refusal(act(root, [user], { action, group: 2147483647 }))).toEqual({ group: ['unknown_object:2147483647'] })
    }
  })
})

it('only users with an unverified email address are asked again to confirm it', async () => {
  const [root, open, closed] = [await superuser(), await newUser({ emailVerifiedAt: null }), await newUser({ isActive: false })]
  const verified = await newUser({ emailVerifiedAt: NOW })
  const { body, flash: { values: shown } = {} } = await act(root, [open, closed, verified], { action: 'resend_verification' })
  expect(body).toEqual({
    action: 'resend_verification',
    count: 1,
    failed: [
      { id: closed.id, code: 'user_inactive' },
      { id: verified.id, code: 'already_confirmed' },
    ],
    left: [],
  })
  expect(shown).toEqual({
    action: 'resend_verification',
    count: '1',
    refused_user_inactive: closed.email,
    refused_already_confirmed: verified.email,
  })
  const messages = await database().outboxMail.findMany({ where: { userId: { in: [open.id, closed.id, verified.id] } } })
  expect(messages.map(({ kind, userId }) => [kind, userId])).toEqual([['email_verification', open.id]])
})

it('those left out are named as far as there is room, then counted', async () => {
  const [root, many] = [await superuser(), await Promise.all(Array.from({ length: 30 }, () => newUser({ isActive: false })))]
  const { flash: { values: shown } = {} } = await act(root, many, { action: 'send_reset' })
  const named = shown?.refused_user_inactive ?? ''
  expect(named.length).toBeLessThan(250)
  const [, more] = / and (\d+) more$/.exec(named) ?? []
  expect(named.split(', ').length + Number(more)).toBe(30)
})

describe('an action that takes long', () => {
  /** A clock by which each account takes a second. */
  const slowly = () => {
    let seconds = 0
    return () => seconds++ * 1000
  }

  it('ends after 20 seconds, says which accounts are left, and goes on with those', async () => {
    const [root, users] = [await superuser(), await Promise.all(Array.from({ length: 25 }, () => newUser()))]
    const ids = users.map(({ id }) => id)
    const act = (these: number[]) => actOnUsers({ action: 'deactivate', ids: these }, contextOf(root, NOW), slowly())
    const { body, flash: { values: shown } = {}, redirect: location } = await act(ids)
    expect(body).toEqual({ action: 'deactivate', count: 20, failed: [], left: ids.slice(20) })
    expect(shown).toEqual({ action: 'deactivate', count: '20', left: '5' })
    const selected = writeIds(ids.slice(20).map(String))
    expect(typeof location === 'function' && location('/admin/users?q=a')).toBe(`/admin/users?q=a&selected=${selected}&action=deactivate`)
    expect(await database().user.count({ where: { id: { in: ids }, isActive: false } })).toBe(20)
    expect((await act(ids.slice(20))).body).toEqual({ action: 'deactivate', count: 5, failed: [], left: [] })
  })

  it.skipIf(provider() === 'sqlite')('waits for no superuser whom it is not about', async () => {
    const [root, other, user] = [await superuser(), await superuser(), await newUser()]
    await database().$transaction(async (tx) => {
      await lockUser(tx, other.id)
      expect((await act(root, [user], { action: 'deactivate' })).body).toMatchObject({ count: 1 })
    })
  })
})

it('an export leads to the download of just those rows, in the order of the list', async () => {
  const [viewer, user] = [await staffWith('accounts.view_user'), await newUser()]
  const locationOf = async (input: Partial<UserActionInput>) =>
    (await actOnUsers({ ...input, action: 'export' }, contextOf(viewer, NOW))).redirect
  expect(await locationOf({ ids: [user.id], search: 'x', ordering: '-name' })).toBe(
    `/api/admin/users/export/?ids=${user.id}&ordering=-name`,
  )
  expect(await locationOf({ all: true, ids: [1], search: '100%', is_staff: true })).toBe(
    '/api/admin/users/export/?search=100%25&is_staff=true',
  )
  expect(await refusal(act(viewer, [], { action: 'export' }))).toEqual({ non_field_errors: ['no_items'] })
  expect(await refusal(act(viewer, [user], { action: 'add_to_group', group: 1 }))).toBe(403)
})

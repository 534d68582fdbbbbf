import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { database } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import { addGroupBy, changeMembership, deleteGroupBy, listGroups } from './group.ts'
import { CommandError } from './terminal.ts'
import { changeUserBy, deleteUserBy, listUsers, showUser } from './user.ts'

let written = ''
beforeEach(() => {
  written = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

const rowOf = (id: number) => database().user.findUnique({ where: { id } })
const eventsOf = (subjectId: number) => database().auditEvent.findMany({ where: { subjectId }, orderBy: { id: 'asc' } })

describe('user', () => {
  it('the last active superuser can be neither demoted, deactivated nor deleted', async () => {
    await database().user.updateMany({ data: { isSuperuser: false } })
    const last = await newUser({ isSuperuser: true, isStaff: true })
    await newUser({ isSuperuser: true, isActive: false })
    for (const attempt of [
      () => changeUserBy('demote', last.email),
      () => changeUserBy('deactivate', last.email),
      () => deleteUserBy(last.email, { yes: true }),
    ]) {
      await expect(attempt()).rejects.toThrow(CommandError)
    }
    expect(await rowOf(last.id)).toEqual(last)
    expect(await eventsOf(last.id)).toEqual([])
    await changeUserBy('promote', (await newUser()).email)
    await changeUserBy('demote', last.email)
    expect(await rowOf(last.id)).toMatchObject({ isSuperuser: false, isStaff: false })
    expect(await eventsOf(last.id)).toMatchObject([{ event: 'user_changed', actorId: null, userAgent: 'manage user demote' }])
  })

  it('a change that changes nothing is not recorded, and another one says from what to what', async () => {
    const user = await newUser()
    await changeUserBy('deactivate', user.email)
    await changeUserBy('deactivate', user.email)
    await changeUserBy('promoteToStaff', user.email, { json: true })
    expect(JSON.parse(written.slice(written.indexOf('{')))).toMatchObject({ id: user.id, is_active: false, is_staff: true })
    expect((await eventsOf(user.id)).map(({ detail }) => JSON.parse(detail))).toEqual([
      { fields: ['is_active'], changes: { is_active: { from: true, to: false } } },
      { fields: ['is_staff'], changes: { is_staff: { from: false, to: true } } },
    ])
  })

  it('shows no hash, and no control character of a name', async () => {
    const user = await newUser({
      name: 'A\u001b]0;title\u0007\u202eevil',
      password: `bcrypt_sha256$$2b$10$${'S'.repeat(22)}${'H'.repeat(31)}`,
    })
    await showUser(user.email, {})
    await listUsers({ search: user.email, limit: '10' })
    expect(written).not.toMatch(/[\u001b\u0007\u202e]|S{7}|H{7}/)
    expect(written).toContain('algorithm: bcrypt_sha256 work factor: 10 salt: SSSSSS**************** checksum: HHHHHH')
  })

  it('lists what is asked for, as a table or as JSON', async () => {
    const user = await newUser({ isStaff: true, isActive: false })
    await listUsers({ search: user.email, staff: true, inactive: true, limit: '10', json: true })
    expect(JSON.parse(written)).toMatchObject([{ id: user.id, email: user.email, is_staff: true, is_active: false }])
    await expect(listUsers({ limit: '0' })).rejects.toMatchObject({ exitCode: 2 })
    await expect(showUser('nobody@example.com', {})).rejects.toThrow('does not exist')
  })

  it('deletes with everything kept about it', async () => {
    const user = await newUser()
    await deleteUserBy(user.email, { yes: true })
    expect(await rowOf(user.id)).toBeNull()
    expect(await eventsOf(user.id)).toMatchObject([{ event: 'account_deleted', actorId: null }])
  })
})

describe('group', () => {
  it('is added with its permissions, given members and deleted', async () => {
    const user = await newUser()
    await addGroupBy('Support', { permission: ['accounts.view_user', 'accounts.change_user'] })
    await changeMembership('Support', user.email, true)
    await changeMembership('Support', user.email, true)
    written = ''
    await listGroups({ json: true })
    expect(JSON.parse(written)).toMatchObject([
      { name: 'Support', members: 1, permissions: ['accounts.change_user', 'accounts.view_user'] },
    ])
    await changeMembership('Support', user.email, false)
    expect(await database().userGroup.count({ where: { userId: user.id } })).toBe(0)
    await expect(addGroupBy('Support', {})).rejects.toThrow('exists already')
    await expect(addGroupBy('Other', { permission: ['accounts.fly'] })).rejects.toThrow('does not exist')
    await deleteGroupBy('Support', { yes: true })
    await expect(deleteGroupBy('Support', { yes: true })).rejects.toThrow('does not exist')
    const events = await database().auditEvent.findMany({ where: { event: { in: ['group_added', 'group_deleted'] } } })
    expect(
      events.map(({ detail }) => JSON.parse(detail)),
      'who was it',
    ).toMatchObject([{ name: 'Support' }, { name: 'Support' }])
  })
})

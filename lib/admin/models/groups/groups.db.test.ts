import { describe, expect, it } from 'vitest'
import { database, type User } from '../../../db/client.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { addObject, changeObject, deleteObject } from '../../core/change-objects.ts'
import { historyOf, messageWords } from '../../core/history.ts'
import { outcome } from '../../testing/outcome.ts'
import { groupWith, permissionIds, recentSession, staffWith, superuser } from '../../testing/staff.ts'
import { groupAdmin } from './declaration.ts'
import { type GroupDetail, readGroup } from './read-group.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const asks = (actor: User, id?: number) => ({
  ...contextOf(actor, NOW, recentSession(actor)),
  ...(id !== undefined && { params: { id: String(id) } }),
})

describe('groups', () => {
  it('are added, changed and deleted with their history, as Django writes it', async () => {
    const root = await superuser()
    const [view, change] = await permissionIds('accounts.view_user', 'accounts.change_user')
    const { body } = await addObject(groupAdmin, { name: 'Support', permissions: [view as number] }, asks(root))
    const { id, version } = body as GroupDetail
    expect(body).toMatchObject({ name: 'Support', members: 0, permissions: [{ label: 'accounts | user | Can view user' }] })
    await changeObject(groupAdmin, { permissions: [view as number, change as number], name: 'Support', version }, asks(root, id))
    expect((await readGroup(id))?.permissions.map(({ codename }) => codename)).toEqual(['change_user', 'view_user'])
    expect(await outcome(changeObject(groupAdmin, { name: 'X', version }, asks(root, id)))).toBe(409)
    await database().userGroup.create({ data: { userId: (await newUser()).id, groupId: id } })
    expect(await readGroup(id)).toMatchObject({ members: 1 })
    await deleteObject(groupAdmin, asks(root, id))
    expect(await readGroup(id)).toBeNull()
    expect((await historyOf(groupAdmin, id)).map(({ words }) => words)).toEqual(['Deleted.', 'Changed Permissions.', 'Added.'])
    const events = await database().auditEvent.findMany({ where: { actorId: root.id }, orderBy: { id: 'asc' } })
    expect(events.map(({ event }) => event)).toEqual(['group_added', 'group_changed', 'group_deleted'])
  })

  it('have names of their own, and permissions that there are', async () => {
    const [root, one, two] = [await superuser(), await groupWith(), await groupWith()]
    expect(await outcome(addObject(groupAdmin, { name: one.name }, asks(root)))).toEqual({ name: ['object_exists:group with this name'] })
    expect(await outcome(changeObject(groupAdmin, { name: one.name }, asks(root, two.id)))).toEqual({
      name: ['object_exists:group with this name'],
    })
    expect(await outcome(addObject(groupAdmin, { name: 'Other', permissions: [99999] }, asks(root)))).toEqual({
      permissions: ['unknown_object:99999'],
    })
    expect(await database().group.count({ where: { name: 'Other' } })).toBe(0)
    expect(await outcome(changeObject(groupAdmin, { name: 'X' }, asks(root, 99999)))).toBe(404)
  })

  it('move no permission that the caller does not have', async () => {
    const staff = await staffWith('auth.add_group', 'auth.change_group', 'auth.delete_group')
    const [beyond, own] = await permissionIds('accounts.delete_user', 'auth.add_group')
    const [strong, weak] = [await groupWith('accounts.delete_user'), await groupWith('auth.add_group')]
    expect(await outcome(addObject(groupAdmin, { name: 'Mine', permissions: [own as number, beyond as number] }, asks(staff)))).toBe(403)
    expect(await outcome(changeObject(groupAdmin, { permissions: [own as number, beyond as number] }, asks(staff, weak.id)))).toBe(403)
    expect(await outcome(changeObject(groupAdmin, { permissions: [] }, asks(staff, strong.id)))).toBe(403)
    expect(await outcome(deleteObject(groupAdmin, asks(staff, strong.id)))).toBe(403)
    expect(await database().group.count({ where: { name: 'Mine' } })).toBe(0)
    expect((await readGroup(strong.id))?.permissions).toHaveLength(1)
    expect(await outcome(changeObject(groupAdmin, { permissions: [] }, asks(staff, weak.id)))).toBe(200)
    expect(await outcome(deleteObject(groupAdmin, asks(staff, weak.id)))).toBe(200)
    expect(await database().auditEvent.count({ where: { actorId: staff.id, event: 'admin_denied' } }), 'once for all of them').toBe(1)
  })
})

it('change messages of Django’s read as Django words them', () => {
  expect(messageWords('[{"added": {}}]', 1)).toBe('Added.')
  expect(messageWords('[{"changed": {"fields": ["Name", "Phone", "Active"]}}]', 2)).toBe('Changed Name, Phone and Active.')
  expect(
    messageWords('[{"added": {"name": "permission", "object": "x"}}, {"changed": {"fields": ["A"], "name": "b", "object": "c"}}]', 2),
  ).toBe('Added permission “x”. Changed A for b “c”.')
  expect(messageWords('[]', 2)).toBe('No fields changed.')
  expect(messageWords('', 3)).toBe('Deleted.')
  expect(messageWords('Changed by hand', 2)).toBe('Changed by hand')
  expect(messageWords('[broken', 2)).toBe('[broken')
})

import { type Database, database, type Transaction } from '../../db/client.ts'
import { LARGEST_INTEGER, readIds } from '../../fields/choice.ts'
import { type FieldChanges, setChange, valueChange } from '../field-changes.ts'
import { readObjectId } from '../object-id.ts'
import { listPermissions, type PermissionItem } from '../permissions/list-permissions.ts'
import { versionOf } from '../versions.ts'
import { type GroupItem, groupAdmin } from './declaration.ts'

export interface GroupDetail extends GroupItem {
  permissions: PermissionItem[]
  /** How many accounts are in it. */
  members: number
  /** Changes whenever something does that the form can change. */
  version: string
}

/** @param given as an address names it; null when there is no such group */
export async function readGroup(given: string | number, tx: Transaction | Database = database()): Promise<GroupDetail | null> {
  const id = readObjectId(given, LARGEST_INTEGER)
  const group = id === null ? null : await tx.group.findUnique({ where: { id } })
  if (!group) return null
  const permissions = await listPermissions({ groups: { some: { groupId: group.id } } }, tx)
  const members = await tx.userGroup.count({ where: { groupId: group.id } })
  const version = await versionOf(groupAdmin, group.id, [group.name, permissions.map(({ id }) => id)], tx)
  return { id: group.id, name: group.name, permissions, members, version }
}

/** Every group by its name, for a form to choose from. */
export const allGroups = (): Promise<GroupItem[]> =>
  database().group.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } })

/** What saving a form would change of a group. @param typed as the form came back, by the fields' names */
export async function differencesOfGroup(group: GroupDetail, typed: Record<string, string>): Promise<FieldChanges> {
  const name = valueChange(group.name, typed.name ?? group.name)
  const ids = new Set(readIds(typed.permissions ?? ''))
  const wanted = typed.permissions === undefined ? group.permissions : (await listPermissions()).filter(({ id }) => ids.has(id))
  const permissions = setChange(group.permissions, wanted, ({ label }) => label)
  return { ...(name && { name }), ...(permissions && { permissions }) }
}

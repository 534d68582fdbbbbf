import { type Database, database, type Transaction } from '../../db/client.ts'
import { LARGEST_INTEGER } from '../../fields/choice.ts'
import { readObjectId, versionOf } from '../object-id.ts'
import { listPermissions, type PermissionItem } from '../permissions/list-permissions.ts'
import type { GroupItem } from './declaration.ts'

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
  return { id: group.id, name: group.name, permissions, members, version: versionOf([group.name, permissions.map(({ id }) => id)]) }
}

/** Every group by its name, for a form to choose from. */
export const allGroups = (): Promise<GroupItem[]> =>
  database().group.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } })

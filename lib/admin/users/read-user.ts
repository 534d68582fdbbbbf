import { type Database, database, type Transaction, type User } from '../../db/client.ts'
import { textColumns } from '../../fields/account.ts'
import { type UserItem, userItem } from '../../users/public-user.ts'
import type { GroupItem } from '../groups/declaration.ts'
import { readObjectId } from '../object-id.ts'
import { listPermissions, type PermissionItem } from '../permissions/list-permissions.ts'
import { versionOf } from '../versions.ts'
import { userAdmin } from './declaration.ts'
import { type PasswordSummary, passwordSummary } from './password-summary.ts'

/** An account as its form shows it. */
export interface UserDetail extends UserItem {
  groups: GroupItem[]
  user_permissions: PermissionItem[]
  password: PasswordSummary
  /** ISO 8601, UTC: when it will be deleted, where its owner wants that. */
  deletion_due_at: string | null
  /** Changes whenever something does that the form can change. */
  version: string
}

export const userDetail = async (user: User, tx: Transaction | Database = database()): Promise<UserDetail> => {
  const groups = await tx.group.findMany({
    where: { users: { some: { userId: user.id } } },
    orderBy: { name: 'asc' },
    select: { id: true, name: true },
  })
  const userPermissions = await listPermissions({ users: { some: { userId: user.id } } }, tx)
  const detail = {
    ...userItem(user),
    groups,
    user_permissions: userPermissions,
    password: passwordSummary(user.password),
    // Django opens a closed account and leaves the date.
    deletion_due_at: user.isActive ? null : (user.deletionDueAt?.toISOString() ?? null),
  }
  return { ...detail, version: await versionOfUser(detail, tx) }
}

/** @param tx within which the account was read */
export function versionOfUser(detail: Omit<UserDetail, 'version'>, tx: Transaction | Database): Promise<string> {
  const [groups, permissions] = [detail.groups, detail.user_permissions].map((rows) => rows.map((row) => row.id))
  const { is_active, is_staff, is_superuser } = detail
  const texts = textColumns.map((field) => detail[field])
  return versionOf(userAdmin, detail.id, [...texts, is_active, is_staff, is_superuser, groups, permissions], tx)
}

/** @param given as an address names it; null when there is no such account */
export async function readUser(given: string | number): Promise<UserDetail | null> {
  const id = readObjectId(given)
  const user = id === null ? null : await database().user.findUnique({ where: { id } })
  return user && userDetail(user)
}

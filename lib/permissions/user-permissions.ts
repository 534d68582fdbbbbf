/** What an account may do in the admin area: Django's permissions, its own and its groups'. */
import { type Database, database, type Transaction, type User } from '../db/client.ts'

/** As Django writes it: `accounts.change_user`. */
export type PermissionName = `${string}.${'view' | 'add' | 'change' | 'delete'}_${string}`

export interface UserPermissions {
  userId: number
  isSuperuser: boolean
  /** Whether the admin area is open at all: active and staff, as in Django. */
  isStaff: boolean
  /** The permissions by name; of a superuser, who has all, those that were given one by one. */
  granted: ReadonlySet<string>
}

/** The names of permissions that meet a condition, as `app_label.codename`. */
async function permissionNames(tx: Transaction, userId: number): Promise<string[]> {
  const rows = await tx.permission.findMany({
    where: { OR: [{ users: { some: { userId } } }, { groups: { some: { group: { users: { some: { userId } } } } } }] },
    select: { codename: true, contentType: { select: { appLabel: true } } },
  })
  return rows.map(({ codename, contentType }) => `${contentType.appLabel}.${codename}`)
}

/** The permissions of an account. @param tx asked within a transaction they are those of its moment */
export async function loadPermissions(user: User, tx: Transaction | Database = database()): Promise<UserPermissions> {
  const granted = user.isActive ? await permissionNames(tx, user.id) : []
  return {
    userId: user.id,
    isSuperuser: user.isActive && user.isSuperuser,
    isStaff: user.isActive && user.isStaff,
    granted: new Set(granted),
  }
}

/**
 * Whether staff may do something. Who may change a thing may see it, as in Django's admin (ModelAdmin.has_view_permission).
 * A superuser who is no staff may do nothing here.
 */
export function hasPermission(permissions: UserPermissions, permission: PermissionName): boolean {
  if (!permissions.isStaff) return false
  return permissions.isSuperuser || permissions.granted.has(permission) || permissions.granted.has(permission.replace('.view_', '.change_'))
}

/** Whether an account has a permission and may therefore grant it, staff or not. */
export const canGrant = ({ isSuperuser, granted }: UserPermissions, permission: string) => isSuperuser || granted.has(permission)

/** Whether an account has permissions that another one lacks, who then may not change it. */
export const hasMorePermissionsThan = (other: UserPermissions, permissions: UserPermissions) =>
  !permissions.isSuperuser && (other.isSuperuser || [...other.granted].some((permission) => !permissions.granted.has(permission)))

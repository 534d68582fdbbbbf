/** What staff may edit of which account, by their permissions; the pages ask it to show no more. Use cases ask user-guard.ts. */
import { database } from '../../../db/client.ts'
import { hasMorePermissionsThan, hasPermission, loadPermissions, type UserPermissions } from '../../../permissions/user-permissions.ts'

/** Why an account cannot be edited by staff with some permissions: it is a superuser's, or it has permissions that they do not have. */
export async function editDeniedReason(permissions: UserPermissions, targetId: number): Promise<null | 'superuser' | 'more_permissions'> {
  const target = await database().user.findUnique({ where: { id: targetId } })
  if (!target || permissions.isSuperuser) return null
  if (target.isSuperuser) return 'superuser'
  // A closed account's permissions would come back with it.
  return hasMorePermissionsThan(await loadPermissions({ ...target, isActive: true }), permissions) ? 'more_permissions' : null
}

/** The accounts among some for which editDeniedReason() names a reason, in one query. */
export async function notEditableAmong(permissions: UserPermissions, ids: number[]): Promise<Set<number>> {
  if (permissions.isSuperuser || ids.length === 0) return new Set()
  const userId = permissions.userId
  const own = await database().permission.findMany({
    where: { OR: [{ users: { some: { userId } } }, { groups: { some: { group: { users: { some: { userId } } } } } }] },
    select: { id: true },
  })
  const more = { some: { permissionId: { notIn: own.map(({ id }) => id) } } }
  const rows = await database().user.findMany({
    where: {
      id: { in: ids },
      OR: [{ isSuperuser: true }, { permissions: more }, { groups: { some: { group: { permissions: more } } } }],
    },
    select: { id: true },
  })
  return new Set(rows.map(({ id }) => id))
}

const EDITABLE = ['email', 'name', 'phone', 'first_name', 'last_name', 'username', 'is_active', 'groups', 'user_permissions']
const SUPERUSERS_ONLY = ['is_staff', 'is_superuser']

/** The fields of an account that staff may change; none where they may only view it. */
export async function editableFields(permissions: UserPermissions, { id }: { id: number }): Promise<Set<string>> {
  if (!hasPermission(permissions, 'accounts.change_user') || (await editDeniedReason(permissions, id)) !== null) return new Set()
  return new Set(permissions.isSuperuser ? [...EDITABLE, ...SUPERUSERS_ONLY] : EDITABLE)
}

/** Whether staff may delete an account. Their own they delete in their settings. */
export const mayDeleteUser = async (permissions: UserPermissions, { id }: { id: number }): Promise<boolean> =>
  hasPermission(permissions, 'accounts.delete_user') && permissions.userId !== id && (await editDeniedReason(permissions, id)) === null

/** Who may edit which account, and which of its fields: no one grants a permission that they do not have (AD-1, X6). */
import { database, lockUser, type Transaction, type User } from '../../db/client.ts'
import { keepUser } from '../../db/references.ts'
import { PermissionDenied } from '../../errors.ts'
import { recordDenial } from '../../http/access.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import {
  canGrant,
  hasMorePermissionsThan,
  hasPermission,
  loadPermissions,
  type PermissionName,
  type UserPermissions,
} from '../../permissions/user-permissions.ts'
import { isLastSuperuser, lockSuperusersFor } from '../../users/last-superuser.ts'
import { conflict, notFound } from './object-id.ts'

/** Who does something, as the audit log names them. */
export const actorOf = ({ principal: { user, claims } }: AuthenticatedContext) => ({ actorId: user.id, sessionId: claims.sid })

interface LockedUser {
  target: User
  /** The staff member's permissions, as they are now. */
  permissions: UserPermissions
}

/**
 * Locks an account for a change by staff, and checks again who may change it. For a superuser's account it locks every
 * superuser's: of two administrators who demote each other the second waits here, and is then no longer a superuser.
 * @param losesSuperuser whether the change takes a superuser away, or out of the admin area
 * @throws ApiError 404; PermissionDenied; 409 where no active superuser would be left
 */
export async function lockUserForEdit(
  tx: Transaction,
  context: AuthenticatedContext,
  targetId: number,
  permission: PermissionName,
  losesSuperuser: (target: User) => boolean,
): Promise<LockedUser> {
  const { user: actor } = context.principal
  await lockSuperusersFor(tx, targetId)
  const target = await lockUser(tx, targetId)
  if (!target) throw notFound()
  if (target.isSuperuser && !actor.isSuperuser) throw new PermissionDenied()
  if (target.isSuperuser && target.isActive && losesSuperuser(target) && (await isLastSuperuser(tx, target))) {
    throw conflict('last_superuser', 'One active superuser must remain. Make someone else a superuser first.')
  }
  const permissions = await currentPermissions(tx, context, permission)
  if (!permissions.isSuperuser && hasMorePermissionsThan(await loadPermissions({ ...target, isActive: true }, tx), permissions))
    throw new PermissionDenied()
  return { target, permissions }
}

/** The permissions of the staff member who asks, as they are now. @throws PermissionDenied when they have lost the permission */
export async function currentPermissions(
  tx: Transaction,
  context: AuthenticatedContext,
  permission: PermissionName,
): Promise<UserPermissions> {
  const { user } = context.principal
  await keepUser(tx, user.id)
  const actor = await tx.user.findUnique({ where: { id: user.id } })
  const permissions = actor && (await loadPermissions(actor, tx))
  if (!permissions || !hasPermission(permissions, permission)) throw new PermissionDenied()
  return permissions
}

/** Runs a change in a transaction; a denial is audited although the transaction is rolled back. */
export async function withPermissionAudit<Result>(
  context: AuthenticatedContext,
  targetId: number | null,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await database().$transaction(work)
  } catch (error) {
    if (error instanceof PermissionDenied) await recordDenial('beyond_own_rights', context, targetId)
    throw error
  }
}

/** @throws 409: no one locks themselves out */
export function refuseOwnAccount(context: AuthenticatedContext, targetId: number): void {
  if (context.principal.user.id === targetId) {
    throw conflict('own_account', 'You cannot deactivate, demote or delete your own account here.')
  }
}

/** @throws PermissionDenied where one of the permissions is not theirs to give or take */
export async function requireGrantable(tx: Transaction, permissions: UserPermissions, permissionIds: number[]): Promise<void> {
  if (permissions.isSuperuser || permissionIds.length === 0) return
  const rows = await tx.permission.findMany({ where: { id: { in: permissionIds } }, include: { contentType: true } })
  if (!rows.every(({ codename, contentType }) => canGrant(permissions, `${contentType.appLabel}.${codename}`))) throw new PermissionDenied()
}

/** @throws PermissionDenied where one of the groups has a permission that is not theirs to give or take */
export async function requireGroupsGrantable(tx: Transaction, permissions: UserPermissions, groupIds: number[]): Promise<void> {
  if (permissions.isSuperuser || groupIds.length === 0) return
  const rows = await tx.groupPermission.findMany({ where: { groupId: { in: groupIds } }, select: { permissionId: true } })
  await requireGrantable(tx, permissions, [...new Set(rows.map(({ permissionId }) => permissionId))])
}

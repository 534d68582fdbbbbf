import { database, type Transaction } from '../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { type Affected, deletePermanently, deletionImpact } from '../../users/delete-account.ts'
import { logDeletion } from '../history.ts'
import { requireObjectId } from '../object-id.ts'
import { userAdmin } from './declaration.ts'
import { lockUserForEdit, refuseOwnAccount, withPermissionAudit } from './user-guard.ts'

/**
 * Deletes an account at once, with everything kept about it, and tells its owner.
 * @throws ApiError 404; PermissionDenied; 409 for one's own account and the last superuser
 */
export async function deleteUser(_input: object, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const email = await withPermissionAudit(context, id, (tx) => deleteLocked(tx, id, context))
  return { status: 204, body: null, flash: { values: { object: email } } }
}

/** @returns the address that the account had */
export async function deleteLocked(tx: Transaction, id: number, context: AuthenticatedContext): Promise<string> {
  const { target, permissions } = await lockUserForEdit(tx, context, id, 'accounts.delete_user', () => true)
  refuseOwnAccount(context, id)
  const logEntryId = await logDeletion(tx, userAdmin, permissions.userId, { id, repr: target.email }, context.now)
  await deletePermanently(tx, target, permissions.userId, context, logEntryId)
  return target.email
}

/** What goes with accounts, as their owner's page and Django's "Are you sure?" list it; nothing where there is none of it. */
export async function deletionPreview(...userIds: number[]): Promise<Affected[]> {
  return deletionImpact(database(), userIds)
}

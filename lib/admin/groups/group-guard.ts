import type { Transaction } from '../../db/client.ts'
import { uniqueViolation } from '../../db/errors.ts'
import { PermissionDenied, ValidationFailed } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import type { Principal } from '../../sessions/principal.ts'
import { may, type PermissionName, type Rights, rightsOf } from '../../users/rights.ts'

/** The rights of whoever asks, as they are now. @throws PermissionDenied when they do not hold the permission any more */
export async function presentRights(tx: Transaction, context: Context, permission: PermissionName): Promise<Rights> {
  const actor = await tx.user.findUnique({ where: { id: (context.principal as Principal).user.id } })
  const rights = actor && (await rightsOf(actor, tx))
  if (!rights || !may(rights, permission)) throw new PermissionDenied()
  return rights
}

/** The field error behind a name that another group has; the error itself otherwise. */
export const nameTaken = (error: unknown): unknown =>
  uniqueViolation(error) === null ? error : new ValidationFailed({ name: ['group_name_taken'] })

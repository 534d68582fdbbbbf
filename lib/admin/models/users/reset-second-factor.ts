import { type AuditEntry, type AuditSource, recordEvent } from '../../../audit/audit.ts'
import { removeSecondFactors } from '../../../credentials/second-factors.ts'
import type { Transaction, User } from '../../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { enqueueEmail } from '../../../mail/outbox.ts'
import { conflict, requireObjectId } from '../../core/object-id.ts'
import { actorOf, lockUserForEdit, withPermissionAudit } from '../../core/user-guard.ts'
import { secondFactorResetEmail } from './emails.ts'
import type { ResetSecondFactorInput } from './schema.ts'

/**
 * Removes an account's authenticator app and recovery codes, for an owner who has lost both, and tells the owner (AD-4).
 * The owner’s sessions go on; the next login takes the password alone, or adds an app where MFA_REQUIRED says so.
 * @throws ApiError 404; PermissionDenied; 409 where the account has no second factor
 */
export async function resetSecondFactor({ reason }: ResetSecondFactorInput, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const { email } = await withPermissionAudit(context, id, async (tx) => {
    const { target } = await lockUserForEdit(tx, context, id, 'accounts.change_user', () => false)
    if (!(await removeAndTell(tx, target, reason, actorOf(context), context)))
      throw conflict('no_second_factor', 'The account has no second factor.')
    return target
  })
  return { status: 204, body: null, flash: { status: 'user_second_factor_reset', values: { object: email } } }
}

/**
 * The same in a transaction that holds the account, for anyone who may do it.
 * @returns false where the account has no second factor, and nothing was done
 */
export async function removeAndTell(
  tx: Transaction,
  { id, email }: Pick<User, 'id' | 'email'>,
  reason: string,
  actor: Pick<AuditEntry<'user_second_factor_reset'>, 'actorId' | 'sessionId'>,
  source: AuditSource,
): Promise<boolean> {
  if (!(await removeSecondFactors(tx, id))) return false
  const content = secondFactorResetEmail(reason)
  await enqueueEmail(tx, { kind: 'second_factor_disabled', recipient: email, userId: id, content }, source.now)
  await recordEvent(tx, 'user_second_factor_reset', { ...actor, subjectId: id, detail: { reason } }, source)
  return true
}

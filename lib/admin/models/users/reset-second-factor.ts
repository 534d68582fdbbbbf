import { type AuditEntry, type AuditSource, recordEvent } from '../../../audit/audit.ts'
import { requireOtherWayIn } from '../../../authentication/sign-in-methods.ts'
import { removePasskeys } from '../../../credentials/remove-passkeys.ts'
import { removeSecondFactors } from '../../../credentials/second-factors.ts'
import type { Transaction, User } from '../../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { enqueueEmail } from '../../../mail/outbox.ts'
import { conflict, requireObjectId } from '../../core/object-id.ts'
import { actorOf, lockUserForEdit, withPermissionAudit } from '../../core/user-guard.ts'
import { secondFactorResetEmail } from './emails.ts'
import type { ResetSecondFactorInput } from './schema.ts'

/**
 * Removes an account's authenticator app, recovery codes and passkeys, for an owner who has lost the devices, and tells the owner
 * (AD-4). The sessions that the passkeys began end, others go on; the next login takes the password alone, or adds an app where
 * MFA_REQUIRED says so.
 * @throws ApiError 404; PermissionDenied; 409 where the account has no second factor, or passkeys are its only way in: its owner
 * resets the password first
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
 * @throws ApiError 409 where passkeys are its only way in
 */
export async function removeAndTell(
  tx: Transaction,
  user: Pick<User, 'id' | 'email' | 'password'>,
  reason: string,
  actor: Pick<AuditEntry<'user_second_factor_reset'>, 'actorId' | 'sessionId'>,
  source: AuditSource,
): Promise<boolean> {
  const { id, email: recipient } = user
  const passkeys = await tx.passkey.findMany({ where: { userId: id } })
  if (passkeys.length > 0) await requireOtherWayIn(tx, user, { passkeys: passkeys.map((passkey) => passkey.id) })
  const hadCodes = await removeSecondFactors(tx, id)
  if (!hadCodes && passkeys.length === 0) return false
  await removePasskeys(tx, passkeys, { by: 'administrator', actorId: actor.actorId ?? null }, source)
  const content = secondFactorResetEmail(reason)
  await enqueueEmail(tx, { kind: 'second_factor_disabled', recipient, userId: id, content }, source.now)
  await recordEvent(tx, 'user_second_factor_reset', { ...actor, subjectId: id, detail: { reason } }, source)
  return true
}

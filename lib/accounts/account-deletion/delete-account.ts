import { recordEvent } from '../../audit/audit.ts'
import { confirmIdentity } from '../../authentication/identify.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import { requireUnreferenced, ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { requestDetails } from '../../mail/render-email.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { settings } from '../../settings.ts'
import { invalidateOneTimeTokens, issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { deletePermanently, deletionImpact } from '../../users/delete-account.ts'
import { isLastSuperuser } from '../../users/last-superuser.ts'
import { deletionEmail } from './emails.ts'
import type { DeletionInput } from './schema.ts'

/**
 * Closes the current user's account, to be deleted after ACCOUNT_DELETION_GRACE; without a grace period deletes it at once.
 * @throws ValidationFailed for a wrong password, and for the last superuser; ReauthenticationRequired; StillReferenced when rows
 * of other tables prevent the deletion
 */
export async function deleteAccount({ password }: DeletionInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await confirmIdentity(context.principal, password, 'password', context)
  const { ACCOUNT_DELETION_GRACE: grace } = settings()
  await database().$transaction(async (tx) => {
    if (user.isSuperuser && (await isLastSuperuser(tx, user))) throw new ValidationFailed({ non_field_errors: ['last_superuser'] })
    const due = new Date(context.now.getTime() + grace * 1000)
    // The password that was checked may be another by now, and so may be who is a superuser.
    const { count } = await tx.user.updateMany({
      where: { id: user.id, isActive: true, password: user.password, isSuperuser: user.isSuperuser, isStaff: user.isStaff },
      data: { isActive: false, deletionDueAt: due },
    })
    if (count === 0) throw new ValidationFailed({ password: ['password_incorrect'] })
    if (grace === 0) await deletePermanently(tx, user, user.id, context)
    else await closeAccount(tx, user, claims.sid, due, grace, context)
  })
  return { status: 204, body: null, cookie: null }
}

async function closeAccount(
  tx: Transaction,
  user: User,
  sid: string | null,
  due: Date,
  grace: number,
  context: AuthenticatedContext,
): Promise<void> {
  const { now } = context
  // The email promises the deletion; the job would only find out when the account is due.
  requireUnreferenced(await deletionImpact([user.id], tx))
  await revokeAllSessions(tx, user.id, 'account_deletion', now)
  // What gives an address back to its owner outlives this: it may be a thief who deletes the account.
  await invalidateOneTimeTokens(tx, user.id, ['email_verification', 'password_reset', 'email_change'], now)
  const issueToken = () => issueOneTimeToken(tx, user, 'account_deletion_undo', grace, now)
  const content = deletionEmail(due, grace, requestDetails(context))
  await enqueueEmail(tx, { kind: 'account_deletion', recipient: user.email, userId: user.id, issueToken, content }, now)
  const who = { actorId: user.id, subjectId: user.id, sessionId: sid }
  await recordEvent(tx, 'account_deletion_requested', { ...who, detail: { dueAt: due.toISOString() } }, context)
}

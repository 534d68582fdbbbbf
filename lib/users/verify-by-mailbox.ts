import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { removeSecondFactors } from '../credentials/second-factors.ts'
import type { OneTimeToken, Transaction } from '../db/client.ts'
import { unlinkUnverified } from './unlink-unverified.ts'

/**
 * Verifies an account's email address, once the reader of its mailbox has used an emailed link or code. Until then no one had
 * shown that the address is theirs, so its second factors and external accounts end: they may be a stranger's (SU-5). The caller
 * ends the password and the sessions. A verified account stays as it is.
 * @param tx a transaction that has consumed the token
 * @param by what the email was for
 * @returns whether the address was unverified
 */
export async function verifyByMailbox(
  tx: Transaction,
  { userId, email }: Pick<OneTimeToken, 'userId' | 'email'>,
  by: 'password_reset' | 'email_login',
  source: AuditSource,
): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id: userId, email, isActive: true, emailVerifiedAt: null },
    data: { emailVerifiedAt: source.now },
  })
  if (count === 0) return false
  await recordEvent(tx, 'email_verified', { actorId: userId, subjectId: userId, detail: { by } }, source)
  await removeSecondFactors(tx, userId)
  await unlinkUnverified(tx, userId, source)
  return true
}

/** Replaces a password: the only place that does. */
import type { AuditSource } from '../../audit/audit.ts'
import type { Transaction, User } from '../../db/client.ts'
import { lockUser } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { isUsablePassword } from '../../passwords/hash.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { invalidateOneTimeTokens, type Purpose } from '../../tokens/one-time-token.ts'
import { passwordChangedEmail, passwordRemovedEmail } from './emails.ts'

/** What may have been prepared with the former password; what undoes a thief's change of address must outlive it (RS-7). */
const PENDING: Purpose[] = ['password_reset', 'email_change']
/** With the mailbox verified, what sign-ups before left unverified must not come into force any more (SU-5). */
const PENDING_AT_PROOF: Purpose[] = [...PENDING, 'email_verification']

interface Replacement {
  /** The last where the mailbox was verified without a new password: an unusable one takes the place of the old. */
  reason: 'password_reset' | 'password_change' | 'ownership_proven'
  /** The session that goes on: whose owner just proved to know the former password. */
  exceptSid?: string | null
}

/**
 * Replaces a password, ends the account's sessions, makes pending resets and changes of address void, and tells the owner
 * by mail (ASVS 6.3.7, 7.4.3).
 * @param user the account as it was when the right to do this was checked
 * @returns how many sessions ended
 * @throws ValidationFailed, which takes the transaction back, when the password is another one since
 */
export async function replacePassword(
  tx: Transaction,
  user: User,
  passwordHash: string,
  { reason, exceptSid = null }: Replacement,
  source: AuditSource,
): Promise<number> {
  await lockUser(tx, user.id)
  const { count } = await tx.user.updateMany({ where: { id: user.id, password: user.password }, data: { password: passwordHash } })
  if (count === 0) throw new ValidationFailed({ current_password: ['password_incorrect'] })
  await invalidateOneTimeTokens(tx, user.id, reason === 'password_change' ? PENDING : PENDING_AT_PROOF, source.now)
  const ended = await revokeAllSessions(tx, user.id, reason, source.now, exceptSid)
  if (reason === 'ownership_proven' && !isUsablePassword(user.password)) return ended
  const first = !isUsablePassword(user.password) && reason === 'password_change'
  const content = reason === 'ownership_proven' ? passwordRemovedEmail(source) : passwordChangedEmail(source, { first })
  await enqueueEmail(tx, { kind: 'password_changed', recipient: user.email, userId: user.id, content }, source.now)
  return ended
}

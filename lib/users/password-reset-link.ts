/** Mails an account's owner the link with which a new password is chosen. */
import type { AuditSource } from '../audit/audit.ts'
import type { Transaction, User } from '../db/client.ts'
import type { LetterContent } from '../mail/letter.ts'
import { postLetter } from '../mail/outbox.ts'
import { settings } from '../settings.ts'
import { issueOneTimeToken } from '../tokens/one-time-token.ts'

/** Whether an account may be recovered: not while an administrator keeps it closed, nor while it is being deleted. */
export const isRecoverable = ({ isActive, deletionDueAt }: User) => isActive && deletionDueAt === null

/**
 * Makes a reset token, which takes the older ones' place, and posts the letter with it.
 * @param user the account as it is within the transaction: the token dies with its address and its password
 */
export async function mailPasswordResetLink(
  tx: Transaction,
  user: User,
  writeContent: (source: AuditSource) => LetterContent,
  source: AuditSource,
): Promise<void> {
  const { now } = source
  const oneTimeTokenId = await issueOneTimeToken(tx, user, 'password_reset', settings().PASSWORD_RESET_TIMEOUT, now)
  const letter = { kind: 'password_reset' as const, recipient: user.email, userId: user.id, oneTimeTokenId }
  await postLetter(tx, { ...letter, content: writeContent(source) }, now)
}

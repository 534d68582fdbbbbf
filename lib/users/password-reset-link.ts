/** Mails an account's owner the link with which a new password is chosen. */
import type { AuditSource } from '../audit/audit.ts'
import type { Transaction, User } from '../db/client.ts'
import { type EmailType, enqueueEmail } from '../mail/outbox.ts'
import type { EmailContent } from '../mail/render-email.ts'
import { settings } from '../settings.ts'
import { issueOneTimeToken } from '../tokens/one-time-token.ts'

/** Whether an account may be recovered: not while an administrator or its owner has closed it. */
export const isRecoverable = ({ isActive }: User) => isActive

interface ResetLinkOptions {
  /** What the email is about. */
  kind?: EmailType
  /** How long its link works, in seconds. */
  lifetime?: number
  /** Whether the caller has counted the email against its recipient's limit. */
  counted?: boolean
}

/**
 * Issues a reset token, which takes the place of older ones but not of an invitation, and queues the email with it.
 * @param user the account as it is within the transaction: the token dies with its address and its password
 * @returns false when the address has got too many emails: the older link goes on working then
 */
export async function mailPasswordResetLink(
  tx: Transaction,
  user: User,
  writeContent: (source: AuditSource) => EmailContent,
  source: AuditSource,
  { kind = 'password_reset', lifetime = settings().PASSWORD_RESET_TIMEOUT, counted = false }: ResetLinkOptions = {},
): Promise<boolean> {
  const { now } = source
  const issueToken = () => issueOneTimeToken(tx, user, 'password_reset', lifetime, now, { keepLonger: true })
  const message = { kind, recipient: user.email, userId: user.id, issueToken, counted }
  return enqueueEmail(tx, { ...message, content: writeContent(source) }, now)
}

/** The emailed link with which a new password is chosen. */

import type { AuditSource } from '../../audit/audit.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import type { EmailType } from '../../mail/email-types.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import type { EmailContent } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { type ActiveToken, findOneTimeToken, issueOneTimeToken, type TokenProblem } from '../../tokens/one-time-token.ts'
import { isRestorable } from '../../users/user.ts'

/** The page that a reset link leads to. */
export const CONFIRM_PAGE = '/password-reset/confirm'

/** Looks up the account that a reset link is for without consuming the link (RS-5). @returns the account, or why the link is not valid */
export async function findResetLink(token: string, now: Date): Promise<ActiveToken | TokenProblem> {
  const found = await findOneTimeToken('password_reset', token, now)
  if (typeof found === 'string') return found
  const isOpen = found.user.isActive || (await isRestorable(database(), found.user, now))
  return isOpen ? found : 'token_replaced'
}

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

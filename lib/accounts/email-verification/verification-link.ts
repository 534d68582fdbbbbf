/** The emailed link that verifies an account's email address. */
import type { Transaction, User } from '../../db/client.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { settings } from '../../settings.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { verificationEmail } from './emails.ts'

/**
 * Issues a token that verifies the account's email address, and queues the email with it.
 * @param tx a transaction, which may begin with this
 * @param payload a pending sign-up for the token to complete (pending-signup.ts): earlier tokens stay valid then, because each
 * belongs to another sign-up; null to verify the address only, which replaces earlier tokens
 * @returns false if the address has been sent too many emails: older links stay valid then
 */
export async function enqueueVerificationEmail(tx: Transaction, user: User, now: Date, payload: string | null = null): Promise<boolean> {
  const lifetime = settings().EMAIL_VERIFICATION_TIMEOUT
  const issueToken = () => issueOneTimeToken(tx, user, 'email_verification', lifetime, now, { payload, keepOthers: payload !== null })
  const content = verificationEmail(now)
  return enqueueEmail(tx, { kind: 'email_verification', recipient: user.email, userId: user.id, issueToken, content }, now)
}

import { enqueueVerificationEmail } from '../../../accounts/email-verification/verification-link.ts'
import type { Transaction, User } from '../../../db/client.ts'
import { settings } from '../../../settings.ts'

/** Sends a verification email to an address that staff entered, unless EMAIL_VERIFICATION is `none`. */
export async function sendVerificationIfRequired(tx: Transaction, user: User, now: Date): Promise<void> {
  if (settings().EMAIL_VERIFICATION !== 'none') await enqueueVerificationEmail(tx, user, now)
}

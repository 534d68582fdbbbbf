import { enqueueVerificationEmail } from '../../accounts/email-verification/verification-link.ts'
import type { Transaction, User } from '../../db/client.ts'
import { settings } from '../../settings.ts'

/** Asks the owner of an address that staff entered to prove it, where addresses are proven at all. */
export async function askForProof(tx: Transaction, user: User, now: Date): Promise<void> {
  if (settings().EMAIL_VERIFICATION !== 'none') await enqueueVerificationEmail(tx, user, now)
}

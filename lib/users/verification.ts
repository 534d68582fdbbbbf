/** The proof that an account's address is its owner's: who needs it, and the email that asks for it. */
import type { Transaction, User } from '../db/client.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import type { EmailContent } from '../mail/render-email.ts'
import { settings } from '../settings.ts'
import { issueOneTimeToken } from '../tokens/one-time-token.ts'

/** The page that the email's link leads to, and that takes its code. */
export const VERIFY_PAGE = '/verify-email'
/** The page after verification, for signed-out users. */
export const CONFIRMED_PAGE = '/verify-email/confirmed'

/** Whether an account cannot be used until its email is verified. */
export const isVerificationRequired = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>) =>
  settings().EMAIL_VERIFICATION === 'mandatory' && emailVerifiedAt === null

/**
 * Makes a token that proves the account's address, and posts it there.
 * @param tx a transaction, which may begin with this
 * @param payload what the token is to put in force (lib/users/pending-signup.ts): then others go on counting, since each
 * is of another sign-up; null for the proof alone, which replaces earlier ones
 * @returns false when the address has got too many emails: older links go on working then
 */
export async function enqueueVerificationEmail(tx: Transaction, user: User, now: Date, payload: string | null = null): Promise<boolean> {
  const lifetime = settings().EMAIL_VERIFICATION_TIMEOUT
  const issueToken = () => issueOneTimeToken(tx, user, 'email_verification', lifetime, now, { payload, keepOthers: payload !== null })
  const content = verificationEmail(new Date(now.getTime() + lifetime * 1000), lifetime)
  return enqueueEmail(tx, { kind: 'email_verification', recipient: user.email, userId: user.id, issueToken, content }, now)
}

/** It contains no input of the sender: a stranger must not be able to write to others through us. */
function verificationEmail(at: Date, after: number): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `Confirm your email address for ${APP_NAME}`,
    preheader: 'One click or a 6-digit code confirms that this address is yours.',
    heading: 'Confirm your email address',
    paragraphs: [`Confirm this is your email address to finish setting up your ${APP_NAME} account.`],
    action: { label: 'Confirm email address', page: VERIFY_PAGE, withToken: true },
    code: 'Or enter this code on the page where you signed up',
    expires: { at, after },
    closing: 'If you didn’t sign up, you can ignore this email.',
  }
}

import { type EmailContent, linkExpiry } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { VERIFY_PAGE } from '../../web/routes.ts'

/** Contains nothing that the sender entered, so that a stranger cannot write to others through us. */
export function verificationEmail(now: Date): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `Confirm your email address for ${APP_NAME}`,
    preheader: 'One click or a 6-digit code confirms that this address is yours.',
    heading: 'Confirm your email address',
    paragraphs: [`Confirm this is your email address to finish setting up your ${APP_NAME} account.`],
    action: { label: 'Confirm email address', page: VERIFY_PAGE, withToken: true },
    code: 'Or enter this code on the page where you signed up',
    expires: linkExpiry(now, settings().EMAIL_VERIFICATION_TIMEOUT),
    closing: 'If you didn’t sign up, you can ignore this email.',
  }
}

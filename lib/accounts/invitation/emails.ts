import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, formatDuration, linkExpiry } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { CONFIRM_PAGE } from '../password-reset/reset-link.ts'

/** To the owner of an account that an administrator added. */
export function invitationEmail({ now }: AuditSource): EmailContent {
  const { APP_NAME, APP_URL, INVITATION_TIMEOUT: after } = settings()
  return {
    subject: `You’re invited to ${APP_NAME}`,
    preheader: `Choose a password to sign in. The link expires in ${formatDuration(after)}.`,
    heading: `You’re invited to ${APP_NAME}`,
    paragraphs: ['An administrator has created an account for this email address. Choose a password to start using it.'],
    action: { label: 'Choose a password', page: CONFIRM_PAGE, withToken: true },
    expires: linkExpiry(now, after),
    closing: `If the link has expired, request a new one at ${APP_URL.origin}/password-reset. If you don’t want an account, ignore this email.`,
  }
}

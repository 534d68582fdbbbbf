/** The emails about passwords. */
import type { AuditSource } from '../audit/audit.ts'
import type { User } from '../db/client.ts'
import { type EmailContent, formatDateTime, formatDuration } from '../mail/render-email.ts'
import { requestDetails } from '../sessions/describe-device.ts'
import { settings } from '../settings.ts'

/** The page on which a link to choose a new password is asked for. */
const RESET_PAGE = '/password-reset'

const resetLink = (now: Date): Pick<EmailContent, 'action' | 'expires'> => {
  const after = settings().PASSWORD_RESET_TIMEOUT
  return {
    action: { label: 'Choose a new password', page: `${RESET_PAGE}/confirm`, withToken: true },
    expires: { at: new Date(now.getTime() + after * 1000), after },
  }
}

/** To the person who says they forgot their password. */
export const passwordResetEmail = (source: AuditSource): EmailContent => ({
  subject: `Reset your password for ${settings().APP_NAME}`,
  preheader: `The link expires in ${formatDuration(settings().PASSWORD_RESET_TIMEOUT)}.`,
  heading: 'Reset your password',
  paragraphs: ['We received a request to reset your password. It hasn’t been changed yet.'],
  ...resetLink(source.now),
  details: requestDetails(source),
  closing: 'If you didn’t ask for this, you can ignore this email.',
})

/** To the owner of a closed account who asks for a new password or signs up again. */
export const closedAccountEmail = ({ deletionDueAt }: Pick<User, 'deletionDueAt'>, source: AuditSource): EmailContent => ({
  subject: `Restore your ${settings().APP_NAME} account`,
  preheader: `Your account is closed. The link expires in ${formatDuration(settings().PASSWORD_RESET_TIMEOUT)}.`,
  heading: 'Your account is closed',
  paragraphs: [
    `The account with this email address is closed${deletionDueAt === null ? '' : ` and will be deleted on ${formatDateTime(deletionDueAt)}`}.`,
    'To restore it, choose a new password. This also signs out every other device.',
  ],
  ...resetLink(source.now),
  details: requestDetails(source),
  closing: 'If you don’t want to restore it, you can ignore this email.',
})

/** To the restored email address of an account: the password is invalid, since the thief may know it. */
export const restoredAddressEmail = (source: AuditSource): EmailContent => ({
  subject: `Choose a new password for ${settings().APP_NAME}`,
  preheader: `Your email address is back on your account. The link expires in ${formatDuration(settings().PASSWORD_RESET_TIMEOUT)}.`,
  heading: 'Your email address is back on your account',
  paragraphs: ['All devices have been signed out and your old password no longer works. Choose a new one to sign in.'],
  ...resetLink(source.now),
  details: requestDetails(source),
  closing: `If the link has expired, request a new one at ${settings().APP_URL.origin}${RESET_PAGE}.`,
})

/** To the owner, whenever the password changed (ASVS 6.3.7). */
export const passwordChangedEmail = (source: AuditSource): EmailContent => ({
  subject: `Your password for ${settings().APP_NAME} was changed`,
  preheader: 'If this wasn’t you, reset your password now.',
  heading: 'Your password was changed',
  paragraphs: ['The password of your account was changed, and your other sessions were signed out.', 'Wasn’t you? Reset your password:'],
  action: { label: 'Reset your password', page: RESET_PAGE },
  details: requestDetails(source),
  closing: 'If this was you, there’s nothing to do.',
})

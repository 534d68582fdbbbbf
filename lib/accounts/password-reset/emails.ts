import type { AuditSource } from '../../audit/audit.ts'
import type { User } from '../../db/client.ts'
import { type EmailContent, formatDateTime, formatDuration, linkExpiry, requestDetails } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { CONFIRM_PAGE } from './reset-link.ts'

const resetLink = (now: Date): Pick<EmailContent, 'action' | 'expires'> => ({
  action: { label: 'Choose a new password', page: CONFIRM_PAGE, withToken: true },
  expires: linkExpiry(now, settings().PASSWORD_RESET_TIMEOUT),
})

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

/** To an address that left an account, when it is used to sign up, to change to or to reset a password. */
export const reservedAddressEmail = (until: Date, source: AuditSource): EmailContent => ({
  subject: `Your email address is reserved at ${settings().APP_NAME}`,
  preheader: 'It was the address of an account until recently. You can take that account back.',
  heading: 'This email address is reserved',
  paragraphs: [
    `Someone used this email address at ${settings().APP_NAME}. It belonged to an account whose address has been changed, so it is reserved for that account's owner until ${formatDateTime(until)} and cannot be used for another account before then.`,
    'If you didn’t change the address yourself, undo the change. We’ll restore this address, sign out every device and let you set a new password.',
  ],
  action: { label: 'Undo the change', page: '/email-change/undo', withToken: true },
  details: requestDetails(source),
  closing: 'If you changed the address yourself, sign in with the new one.',
})

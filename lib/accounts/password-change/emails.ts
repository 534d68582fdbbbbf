import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, requestDetails } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'

/** To the account’s email address, whenever its password changes (ASVS 6.3.7). */
export const passwordChangedEmail = (source: AuditSource): EmailContent => ({
  subject: `Your password for ${settings().APP_NAME} was changed`,
  preheader: 'If this wasn’t you, reset your password now.',
  heading: 'Your password was changed',
  paragraphs: ['The password of your account was changed, and your other sessions were signed out.', 'Wasn’t you? Reset your password:'],
  action: { label: 'Reset your password', page: '/password-reset' },
  details: requestDetails(source),
  closing: 'If this was you, there’s nothing to do.',
})

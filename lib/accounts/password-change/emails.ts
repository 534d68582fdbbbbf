import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, requestDetails } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'

/** To the account’s email address, whenever its password changes (ASVS 6.3.7). @param options `first`: whether it had none */
export const passwordChangedEmail = (source: AuditSource, { first = false } = {}): EmailContent => {
  return {
    subject: first ? `A password was added to your ${settings().APP_NAME} account` : `Your password for ${settings().APP_NAME} was changed`,
    preheader: 'If this wasn’t you, reset your password now.',
    heading: first ? 'A password was added to your account' : 'Your password was changed',
    paragraphs: [
      first
        ? 'You can now sign in with your email address and a password. Your other sessions were signed out.'
        : 'The password of your account was changed, and your other sessions were signed out.',
      'Wasn’t you? Reset your password:',
    ],
    action: { label: 'Reset your password', page: '/password-reset' },
    details: requestDetails(source),
    closing: 'If this was you, there’s nothing to do.',
  }
}

/** To the address that has just been verified: the password was set before, perhaps by another person (SU-5). */
export const passwordRemovedEmail = (source: AuditSource): EmailContent => ({
  subject: `Your password for ${settings().APP_NAME} was removed`,
  preheader: 'It was set before this email address was confirmed.',
  heading: 'Your password was removed',
  paragraphs: [
    'You signed in by email, which confirmed that this address is yours. The password of your account was set before that, so we removed it and signed out your other sessions.',
  ],
  action: { label: 'Choose a new password', page: '/password-reset' },
  details: requestDetails(source),
  closing: 'If you didn’t sign in, choose a new password now. This signs out every device.',
})

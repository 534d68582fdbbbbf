import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, requestDetails } from '../../mail/render-email.ts'

const PASSWORD = { label: 'Change password', page: '/settings/password' }
const IF_NOT_YOU = 'If this wasn’t you, change your password now. Someone may be signed in to your account.'

/** To the owner, when an authenticator app was added (ASVS 6.3.7). */
export const secondFactorEnabledEmail = (source: AuditSource): EmailContent => ({
  subject: 'An authenticator app was added to your account',
  preheader: 'Signing in now takes a code from it.',
  heading: 'Authenticator app added',
  paragraphs: ['From now on, signing in to your account takes your password and a code from the app.'],
  details: requestDetails(source),
  action: PASSWORD,
  closing: IF_NOT_YOU,
})

/** To the owner, when it was removed. */
export const secondFactorDisabledEmail = (source: AuditSource): EmailContent => ({
  subject: 'The authenticator app was removed from your account',
  preheader: 'Signing in takes your password alone.',
  heading: 'Authenticator app removed',
  paragraphs: ['From now on, signing in to your account takes your password alone. Your recovery codes no longer work.'],
  details: requestDetails(source),
  action: PASSWORD,
  closing: IF_NOT_YOU,
})

/** To the owner, when the recovery codes were replaced. */
export const recoveryCodesReplacedEmail = (source: AuditSource): EmailContent => ({
  subject: 'Your recovery codes were replaced',
  preheader: 'Your old codes no longer work.',
  heading: 'Recovery codes replaced',
  paragraphs: ['There is a new set of recovery codes for your account. The old codes no longer work.'],
  details: requestDetails(source),
  action: PASSWORD,
  closing: IF_NOT_YOU,
})

/** To the owner, whenever a recovery code has been used (ASVS 6.3.7). @param left how many are left */
export const recoveryCodeUsedEmail = (left: number, source: AuditSource): EmailContent => ({
  subject: 'A recovery code was used to sign in',
  preheader: left === 1 ? 'You have 1 recovery code left.' : `You have ${left} recovery codes left.`,
  heading: 'A recovery code was used',
  paragraphs: [
    'Someone signed in to your account with your password and one of your recovery codes.',
    left === 1 ? 'You have 1 recovery code left.' : `You have ${left} recovery codes left.`,
  ],
  details: requestDetails(source),
  action: { label: 'Review your recovery codes', page: '/settings/security/recovery-codes' },
  closing: 'If this wasn’t you, change your password now, then replace your recovery codes.',
})

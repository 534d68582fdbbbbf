import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, requestDetails } from '../../mail/render-email.ts'

const REVIEW = { label: 'Review your passkeys', page: '/settings/security/passkeys' }

/** To the owner, when a passkey was added (ASVS 6.3.7). @param provider a name of ours, never the passkey's own */
export const passkeyAddedEmail = (provider: string, source: AuditSource): EmailContent => ({
  subject: 'A passkey was added to your account',
  preheader: 'You can sign in with it from now on.',
  heading: 'Passkey added',
  paragraphs: ['From now on, your account can be signed in to with this passkey.'],
  details: [['Passkey', provider], ...requestDetails(source)],
  action: REVIEW,
  closing: 'If this wasn’t you, remove the passkey and change your password now.',
})

/** To the owner, when one was removed. @param provider as passkeyAddedEmail() */
export const passkeyRemovedEmail = (provider: string, source: AuditSource): EmailContent => ({
  subject: 'A passkey was removed from your account',
  preheader: 'It no longer signs in to your account.',
  heading: 'Passkey removed',
  paragraphs: ['Your account can’t be signed in to with this passkey any more.'],
  details: [['Passkey', provider], ...requestDetails(source)],
  action: REVIEW,
  closing: 'If this wasn’t you, change your password now.',
})

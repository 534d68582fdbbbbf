import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, requestDetails } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'

/** To the owner of an account that can be signed in to with a provider from now on (ASVS 6.3.7). */
export const linkedEmail = (provider: string, source: AuditSource): EmailContent => ({
  subject: `${provider} was connected to your ${settings().APP_NAME} account`,
  preheader: `You can sign in with ${provider} from now on.`,
  heading: `${provider} was connected`,
  paragraphs: [`From now on your account can be signed in to with ${provider}.`],
  action: { label: 'Review how you sign in', page: '/settings/security' },
  details: requestDetails(source),
  closing: `If this wasn’t you, disconnect ${provider} and change your password now.`,
})

/** To the owner of an account that can no longer be signed in to with a provider. */
export const unlinkedEmail = (provider: string, source: AuditSource): EmailContent => ({
  subject: `${provider} was disconnected from your ${settings().APP_NAME} account`,
  preheader: `Your account can’t be signed in to with ${provider} any more.`,
  heading: `${provider} was disconnected`,
  paragraphs: [`Your account can’t be signed in to with ${provider} any more.`],
  action: { label: 'Review how you sign in', page: '/settings/security' },
  details: requestDetails(source),
  closing: 'If this wasn’t you, change your password now.',
})

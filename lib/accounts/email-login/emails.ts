import type { AuditSource } from '../../audit/audit.ts'
import { type EmailContent, formatDuration, linkExpiry, requestDetails } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { EMAIL_LOGIN_PAGE, LOGIN_PAGE } from '../../web/routes.ts'

const IGNORE = 'If you didn’t ask for this, you can ignore this email.'

/** To the owner who asks to sign in by email. The code is in the text alone: subjects are shown on locked screens. */
export function emailLoginEmail(source: AuditSource): EmailContent {
  const { APP_NAME, EMAIL_LOGIN, EMAIL_LOGIN_TIMEOUT } = settings()
  const hasLink = EMAIL_LOGIN === 'link'
  return {
    subject: `Sign in to ${APP_NAME}`,
    preheader: `The ${hasLink ? 'link' : 'code'} expires in ${formatDuration(EMAIL_LOGIN_TIMEOUT)}.`,
    heading: `Sign in to ${APP_NAME}`,
    paragraphs: [
      hasLink ? 'Open this link in the browser where you asked to sign in.' : 'Enter this code on the page where you asked to sign in.',
    ],
    ...(hasLink && { action: { label: 'Sign in', page: EMAIL_LOGIN_PAGE, withToken: true } }),
    code: hasLink ? 'Or enter this code there' : 'Your code',
    expires: linkExpiry(source.now, EMAIL_LOGIN_TIMEOUT),
    details: requestDetails(source),
    closing: `${IGNORE} Don’t give the code to anyone: we’ll never ask you for it.`,
  }
}

/** To staff and superusers, whom a mailbox alone does not sign in. */
export const emailLoginRefusedEmail = (source: AuditSource): EmailContent => ({
  subject: `Signing in to ${settings().APP_NAME}`,
  preheader: 'Your account can’t be signed in to by email.',
  heading: 'Sign in with your password',
  paragraphs: [
    'We received a request to sign in to your account by email. Your account has administrator access, so it can’t be signed in to that way.',
    'Sign in with your password instead, or as you usually do.',
  ],
  action: { label: 'Sign in', page: LOGIN_PAGE },
  details: requestDetails(source),
  closing: IGNORE,
})

/** The emails about what staff did to an account: its owner is told (AD-4, ASVS 6.3.7). */
import { contactHint, type EmailContent } from '../../../mail/render-email.ts'
import { settings } from '../../../settings.ts'

/** @param usable whether there is a password at all now @param reason the reason given, which may be empty */
export function passwordSetEmail(usable: boolean, reason: string): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: usable ? `Your password for ${APP_NAME} was changed` : `Your password for ${APP_NAME} was removed`,
    preheader: 'An administrator did this. You have been signed out everywhere.',
    heading: usable ? 'Your password was changed by an administrator' : 'Your password was removed by an administrator',
    paragraphs: [
      'You’ve been signed out everywhere, and your old password no longer works.',
      ...(reason === '' ? [] : [`The reason given: ${reason}`]),
    ],
    action: { label: 'Choose a new password', page: '/password-reset' },
    closing: `If you didn’t expect this, ${contactHint()}.`,
  }
}

/** To the former address, when staff gave the account another one. */
export function addressChangedEmail(to: string): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `Your email address for ${APP_NAME} was changed`,
    preheader: 'An administrator did this.',
    heading: 'Your email address was changed by an administrator',
    paragraphs: [`Your account’s email address is now ${to}. Use it to sign in.`],
    closing: `If you didn’t expect this, ${contactHint()}.`,
  }
}

/** @param reason the reason given */
export function secondFactorResetEmail(reason: string): EmailContent {
  return {
    subject: 'The second factor was removed from your account',
    preheader: 'An administrator did this.',
    heading: 'Your second factor was removed by an administrator',
    paragraphs: [
      'Your authenticator app, recovery codes and passkeys have stopped working. Signing in takes your password alone now.',
      `The reason given: ${reason}`,
    ],
    action: { label: 'Review your account’s security', page: '/settings/security' },
    closing: `If you didn’t ask for this, change your password, and ${contactHint()}.`,
  }
}

/** The emails about logins. They carry no token: a thief who reads them gains nothing. */
import type { AuditSource } from '../audit/audit.ts'
import type { Session } from '../db/client.ts'
import { type EmailContent, formatDateTime } from '../mail/render-email.ts'
import { describeDevice } from './describe-device.ts'
import { requestDetails } from './request-details.ts'

const action = { label: 'Review activity', page: '/settings/security' }

/** To the owner after a login from a device that the account did not know. */
export const newDeviceEmail = (source: AuditSource): EmailContent => ({
  subject: 'New sign-in to your account',
  preheader: 'Your account was signed in to from a device we haven’t seen before.',
  heading: 'New sign-in from a new device',
  paragraphs: ['Your account was signed in to from a new device.'],
  details: requestDetails(source),
  action,
  closing: 'If this was you, there’s nothing to do. If it wasn’t, change your password now. This signs out every other device.',
})

/** To the owner, once a day at most, when many places together failed to log in. */
export const loginAttemptsEmail = (source: AuditSource): EmailContent => ({
  subject: 'Many attempts to sign in to your account',
  preheader: 'Sign-ins from new devices are limited for now.',
  heading: 'Someone is trying to guess your password',
  paragraphs: [
    'There were many attempts to sign in to your account with a wrong password from several places. We blocked them, and your account is safe.',
    'You can sign in as usual from the devices you use. Signing in from a new one may take a while.',
  ],
  details: [['Last attempt', formatDateTime(source.now)]],
  action,
  closing: 'If you use this password anywhere else, or it is easy to guess, choose a new one.',
})

/**
 * To the owner, when a session was ended because a refresh token of it came a second time.
 * @param source of the second use, which may be the thief's or the owner's
 */
export const reusedTokenEmail = (session: Pick<Session, 'userAgent' | 'createdAt'>, source: AuditSource): EmailContent => ({
  subject: 'We signed one of your devices out',
  preheader: 'We noticed a copied sign-in and ended it as a precaution.',
  heading: 'We signed one of your devices out',
  paragraphs: [
    'An old sign-in token for this device was used again. Someone may have copied it, so we signed this device out as a precaution. Your other devices are still signed in.',
  ],
  details: [
    ['Signed out', `${describeDevice(session.userAgent)}, signed in on ${formatDateTime(session.createdAt)}`],
    ...requestDetails(source),
  ],
  action,
  closing:
    'An app that lost its connection or was restored from a backup can also cause this. In that case, sign in again. If you don’t know why it happened, change your password. This signs out every other device.',
})

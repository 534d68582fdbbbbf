/** The emails about logins. They carry no token: a thief who reads them gains nothing. */
import type { AuditSource } from '../audit/audit.ts'
import type { Session } from '../db/client.ts'
import { type EmailContent, formatDateTime } from '../mail/render-email.ts'
import { describeDevice } from './describe-device.ts'
import { requestDetails } from './request-details.ts'

const action = { label: 'Look at what happened', page: '/settings/security' }

/** To the owner after a login from a device that the account did not know. */
export const newDeviceEmail = (source: AuditSource): EmailContent => ({
  subject: 'New sign-in to your account',
  preheader: 'Somebody signed in from a device that was not used before.',
  heading: 'Somebody signed in from a new device',
  paragraphs: ['Your account was signed in to with your password, from a device that it did not know.'],
  details: requestDetails(source),
  action,
  closing:
    'If this was you, there is nothing to do. If it was not, somebody knows your password: change it now, which signs everybody else out.',
})

/** To the owner, once a day at most, when many places together failed to log in. */
export const loginAttemptsEmail = (source: AuditSource): EmailContent => ({
  subject: 'Many attempts to sign in to your account',
  preheader: 'Sign-ins from devices that you have not used before are slowed down.',
  heading: 'Somebody is trying to guess your password',
  paragraphs: [
    'There were many attempts to sign in to your account with a wrong password, from several places. None of those that were slowed down was checked.',
    'Your account is as it was. You can sign in as usual from the devices that you use; from a new one it may take a while.',
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
  preheader: 'What keeps it signed in was used twice. Somebody may have copied it.',
  heading: 'We signed one of your devices out',
  paragraphs: [
    'What keeps this device signed in was used a second time, after it had been replaced. Somebody may have copied it, so we ended that sign-in everywhere. Your other devices are still signed in.',
  ],
  details: [
    ['Signed out', `${describeDevice(session.userAgent)}, signed in on ${formatDateTime(session.createdAt)}`],
    ...requestDetails(source),
  ],
  action,
  closing:
    'An app that lost its connection, or was restored from a backup, can cause this, too: then sign in again. If you do not know why it happened, change your password, which signs everybody else out.',
})

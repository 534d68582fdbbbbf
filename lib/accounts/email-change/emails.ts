/** The emails about a change of address, in the order in which they are sent. */
import type { AuditSource } from '../../audit/audit.ts'
import type { User } from '../../db/client.ts'
import { contactHint, type EmailContent, formatDateTime, formatDuration, linkExpiry, requestDetails } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { CONFIRM_PAGE } from '../password-reset/reset-link.ts'

/** To the new address, to confirm it. */
export const confirmChangeEmail = (source: AuditSource): EmailContent => ({
  subject: `Confirm your new email address for ${settings().APP_NAME}`,
  preheader: `The link expires in ${formatDuration(settings().EMAIL_CHANGE_TIMEOUT)}.`,
  heading: 'Confirm your new email address',
  paragraphs: ['We received a request to use this email address to sign in. Nothing changes until you confirm it.'],
  action: { label: 'Confirm this address', page: '/email-change/confirm', withToken: true },
  expires: linkExpiry(source.now, settings().EMAIL_CHANGE_TIMEOUT),
  details: requestDetails(source),
  closing: 'If you don’t know what this is about, you can ignore this email.',
})

/** To the new address, where it belongs to an account already: the one who asked must not learn that (EN-3). */
export const emailTakenNotice = (source: AuditSource): EmailContent => ({
  subject: `Your email address already has an account at ${settings().APP_NAME}`,
  preheader: 'Someone tried to use it for another account.',
  heading: 'This address already has an account',
  paragraphs: [
    'Someone tried to use this email address for another account. It belongs to yours, so nothing was changed.',
    'If it was you, sign in with it, or change this account’s address first.',
  ],
  action: { label: 'Sign in', page: '/login' },
  details: requestDetails(source),
  closing: 'If it wasn’t you, you can ignore this email.',
})

/** The other address, for the owner alone: who signed up an address that is not theirs must not write to it through us. */
const otherAddress = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>, to: string) => (emailVerifiedAt ? to : 'another address')

/** To the present address, when a change was asked for. */
export const changeRequestedNotice = (user: User, to: string, source: AuditSource): EmailContent => ({
  subject: `Request to change your email address at ${settings().APP_NAME}`,
  preheader: 'If this wasn’t you, reset your password: it stops the change.',
  heading: 'Request to change your email address',
  paragraphs: [
    `We received a request to change your email address to ${otherAddress(user, to)}. It changes once that address is confirmed.`,
    'Wasn’t you? Reset your password. This stops the change and signs out every device:',
  ],
  action: { label: 'Reset your password', page: '/password-reset' },
  details: requestDetails(source),
  closing: 'If this was you, there’s nothing to do.',
})

/** To the former address: its owner can undo the change, whatever happens to the account (RS-7). */
export const changedNotice = (user: User, to: string, source: AuditSource): EmailContent => ({
  subject: `Your email address for ${settings().APP_NAME} was changed`,
  preheader: `If this wasn’t you, you can undo it for ${formatDuration(settings().EMAIL_CHANGE_UNDO_TIMEOUT)}.`,
  heading: 'Your email address was changed',
  paragraphs: [
    `The email address of your account is now ${otherAddress(user, to)}. This one is reserved for you until ${formatDateTime(linkExpiry(source.now, settings().EMAIL_CHANGE_UNDO_TIMEOUT).at)}: it can’t be used for another account before then.`,
    'Wasn’t you? Undo the change. We’ll restore this address, sign out every device and let you set a new password.',
  ],
  action: { label: 'Undo the change', page: '/email-change/undo', withToken: true },
  expires: linkExpiry(source.now, settings().EMAIL_CHANGE_UNDO_TIMEOUT),
  details: requestDetails(source),
  closing: 'If this was you, there’s nothing to do.',
})

/** To the new address, once it is the account's. */
export const changeConfirmedNotice = (source: AuditSource): EmailContent => ({
  subject: `Your email address for ${settings().APP_NAME} was changed`,
  preheader: 'Sign in with this address from now on.',
  heading: 'This is now your email address',
  paragraphs: ['Sign in with this email address from now on. Emails about your account will be sent here.'],
  action: { label: 'Sign in', page: '/login' },
  details: requestDetails(source),
  closing: `If you did not ask for this, ${contactHint()}.`,
})

/** To the address that was taken off the account again. */
export const changeUndoneNotice = (source: AuditSource): EmailContent => ({
  subject: `Your email address was removed from an account at ${settings().APP_NAME}`,
  preheader: 'The owner of the previous address undid the change.',
  heading: 'The change of address was undone',
  paragraphs: [
    'The owner of the previous email address undid the change. This address no longer belongs to that account, and all its devices have been signed out.',
  ],
  details: requestDetails(source),
  closing: 'You don’t need to do anything.',
})

/** To the restored email address of an account: the password is invalid, since the thief may know it. */
export const restoredAddressEmail = (source: AuditSource): EmailContent => ({
  subject: `Choose a new password for ${settings().APP_NAME}`,
  preheader: `Your email address is back on your account. The link expires in ${formatDuration(settings().PASSWORD_RESET_TIMEOUT)}.`,
  heading: 'Your email address is back on your account',
  paragraphs: ['All devices have been signed out and your old password no longer works. Choose a new one to sign in.'],
  action: { label: 'Choose a new password', page: CONFIRM_PAGE, withToken: true },
  expires: linkExpiry(source.now, settings().PASSWORD_RESET_TIMEOUT),
  details: requestDetails(source),
  closing: `If the link has expired, request a new one at ${settings().APP_URL.origin}/password-reset.`,
})

/** The emails about a change of address, in the order in which they are sent. */
import type { AuditSource } from '../../audit/audit.ts'
import type { User } from '../../db/client.ts'
import type { EmailContent } from '../../mail/render-email.ts'
import { contactHint, formatDateTime, formatDuration } from '../../mail/render-email.ts'
import { requestDetails } from '../../sessions/request-details.ts'
import { settings } from '../../settings.ts'

/** When the former address is free again. */
const undoableUntil = (now: Date) => new Date(now.getTime() + settings().EMAIL_CHANGE_UNDO_TIMEOUT * 1000)

const linkLife = (now: Date, after: number) => ({ expires: { at: new Date(now.getTime() + after * 1000), after } })

/** To the new address: whoever reads it there confirms. */
export const confirmChangeEmail = (source: AuditSource): EmailContent => ({
  subject: `Confirm your new email address for ${settings().APP_NAME}`,
  preheader: `The link works for ${formatDuration(settings().EMAIL_CHANGE_TIMEOUT)}.`,
  heading: 'Confirm your new email address',
  paragraphs: ['Somebody wants to sign in with this email address from now on. Until you confirm it, nothing changes.'],
  action: { label: 'Confirm this address', page: '/email-change/confirm', withToken: true },
  ...linkLife(source.now, settings().EMAIL_CHANGE_TIMEOUT),
  details: requestDetails(source),
  closing: 'If you do not know what this is about, ignore this email. Nothing has been changed.',
})

/** To the new address, where it belongs to an account already: the one who asked must not learn that (EN-3). */
export const emailTakenNotice = (source: AuditSource): EmailContent => ({
  subject: `Your email address already has an account at ${settings().APP_NAME}`,
  preheader: 'Somebody wanted to use it for another account.',
  heading: 'This address already has an account',
  paragraphs: [
    'Somebody wanted to use this email address for another account. It belongs to yours, so nothing was changed.',
    'If it was you, sign in with it, or change the address of this account first.',
  ],
  action: { label: 'Sign in', page: '/login' },
  details: requestDetails(source),
  closing: 'If it was not you, ignore this email.',
})

/** The other address, for the owner alone: who signed up an address that is not theirs must not write to it through us. */
const otherAddress = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>, to: string) => (emailVerifiedAt ? to : 'another address')

/** To the present address, when a change was asked for. */
export const changeRequestedNotice = (user: User, to: string, source: AuditSource): EmailContent => ({
  subject: `Another email address was asked for at ${settings().APP_NAME}`,
  preheader: 'If this was not you, reset your password: it stops the change.',
  heading: 'A new email address was asked for',
  paragraphs: [
    `Somebody who knows your password wants to change the email address of your account to ${otherAddress(user, to)}. It changes when that address is confirmed.`,
    'This was not you? Reset your password, which stops the change and signs everybody out:',
  ],
  action: { label: 'Reset your password', page: '/password-reset' },
  details: requestDetails(source),
  closing: 'If this was you, there is nothing to do.',
})

/** To the former address: its owner may take the change back, whatever happens to the account meanwhile (RS-7). */
export const changedNotice = (user: User, to: string, source: AuditSource): EmailContent => ({
  subject: `Your email address for ${settings().APP_NAME} was changed`,
  preheader: `If this was not you, you can undo it for ${formatDuration(settings().EMAIL_CHANGE_UNDO_TIMEOUT)}.`,
  heading: 'Your email address was changed',
  paragraphs: [
    `The email address of your account is now ${otherAddress(user, to)}. This one is reserved for you until ${formatDateTime(undoableUntil(source.now))}: until then nobody can use it for another account.`,
    'This was not you? Undo it: that brings this address back, signs everybody out and lets you choose a new password.',
  ],
  action: { label: 'Undo the change', page: '/email-change/undo', withToken: true },
  ...linkLife(source.now, settings().EMAIL_CHANGE_UNDO_TIMEOUT),
  details: requestDetails(source),
  closing: 'If this was you, there is nothing to do.',
})

/** To the new address, once it is the account's. */
export const changeConfirmedNotice = (source: AuditSource): EmailContent => ({
  subject: `Your email address for ${settings().APP_NAME} was changed`,
  preheader: 'From now on you sign in with this address.',
  heading: 'This is your email address now',
  paragraphs: ['From now on you sign in with this email address, and everything about your account is sent here.'],
  action: { label: 'Sign in', page: '/login' },
  details: requestDetails(source),
  closing: `If you did not ask for this, ${contactHint()}.`,
})

/** To the address that was taken off the account again. */
export const changeUndoneNotice = (source: AuditSource): EmailContent => ({
  subject: `Your email address was taken off an account at ${settings().APP_NAME}`,
  preheader: 'The owner of the former address undid the change.',
  heading: 'The change of address was undone',
  paragraphs: [
    'The owner of the former email address undid the change. This address belongs to that account no longer, and every session has ended.',
  ],
  details: requestDetails(source),
  closing: 'If this surprises you, nothing needs to be done: nobody can sign in with your address.',
})

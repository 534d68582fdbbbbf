/** The admin area's texts: Django's where it has them, otherwise in the manner of the other pages. */
import type { FieldErrors } from '#lib/errors'
import { lookUp } from '#lib/fields/look-up'
import type { Flash } from '#lib/http/flash'
import { formatCount, formatNumber } from '../../_ui/format-text.ts'
import { errorText } from '../../_ui/messages.ts'

const ENTER: Record<string, string> = {
  name: 'Enter a name',
  email: 'Enter an email address',
  phone: 'Enter a phone number, like +44 808 157 0192',
  username: 'Enter a username',
  password1: 'Enter a password',
  password2: 'Enter the password again',
  action: 'Choose an action',
  group: 'Choose a group',
}

const NAMES: Record<string, string> = { password1: 'password', password2: 'confirm_password', username: 'staff_username' }

const SPECIAL: Record<string, string> = {
  password_too_similar: 'Password must be less like the other details of this account',
  last_superuser: 'One active superuser must remain. Make someone else a superuser first',
  own_account: 'You cannot deactivate, demote or delete your own account here',
  changed_meanwhile: 'Someone else has saved changes since you opened this page. What you entered is kept below: check it and save again',
  no_items: 'Items must be selected in order to perform actions on them. No items have been changed',
  unknown_object: 'Something that you chose has been deleted since. Check your choice',
  invalid_choice: 'Choose one of the options',
  not_an_integer: 'Enter a whole number',
  not_an_account: 'Enter the email address or the number of an account',
  unknown_email: 'No account has this email address',
  unknown_account: 'No account has this number',
  no_second_factor: 'The account has no second factor',
  last_sign_in_method: 'The passkeys are the only way to sign in to this account. Send a password reset first',
  own_session: 'This is the session that you are in. Sign out instead',
  mail_sent: 'This mail was sent, and what it said is not kept. Its reader can ask for another one',
  mail_waiting: 'This mail is being sent already',
  email_link_expired: 'This mail carries a link that does not count any more. Its reader has to ask for a new one',
  datetime: 'Enter a date, like 2026-11-24',
}

/**
 * The text of an error of one field, in a form about another user.
 * @param label what the form calls the field, where it has no words of its own here
 */
export function adminErrorText(field: string, code: string, label?: string): string {
  const [name = '', what = ''] = code.split(':')
  if (name === 'max_items') return `This can be done to ${formatNumber(Number(what))} at once. Narrow the list, and do it in parts`
  if (name === 'still_referenced') return `This cannot be deleted because of rows that refer to it: ${what}`
  if (name === 'object_exists') return `There is a ${what} already`
  if (['required', 'null', 'blank', 'invalid'].includes(name))
    return lookUp(ENTER, field) ?? (label === undefined ? 'Check your answers and try again' : `Enter the ${label.toLowerCase()}`)
  return lookUp(SPECIAL, name) ?? errorText(lookUp(NAMES, field) ?? field, name === 'unique' ? 'taken' : code)
}

/** For the summary above a form. @param ids of the inputs, by field */
export function adminProblems(
  errors: FieldErrors,
  ids: Partial<Record<string, string>> = {},
  labels: Partial<Record<string, string>> = {},
) {
  return Object.entries(errors).flatMap(([field, codes]) =>
    codes.map((code) => ({ text: adminErrorText(field, code, labels[field]), fieldId: ids[field] ?? null })),
  )
}

/** What became of the accounts that an action was for: of one, of several. */
const DONE: Record<string, [one: string, many: string]> = {
  activate: ['was activated', 'were activated'],
  deactivate: ['was deactivated', 'were deactivated'],
  end_sessions: ['was signed out everywhere', 'were signed out everywhere'],
  send_reset: ['is being sent a link to choose a new password', 'are being sent a link to choose a new password'],
  resend_verification: ['is being asked again to confirm the address', 'are being asked again to confirm their addresses'],
  add_to_group: ['was added to the group', 'were added to the group'],
  remove_from_group: ['was removed from the group', 'were removed from the group'],
  delete: ['was deleted', 'were deleted'],
}

/** Why accounts are left out of an action. */
const REASONS: Record<string, string> = {
  own_account: 'it is your own account',
  still_referenced: 'rows of other tables refer to it',
  last_superuser: 'one active superuser must remain',
  permission_denied: 'they may do more than you may',
  user_inactive: 'they are not active',
  already_confirmed: 'the address is confirmed already',
  email_limit_reached: 'the address has been sent too many emails: try again later',
  not_found: 'there is none any more',
  deleted_meanwhile: 'something was deleted in the meantime',
  database_unavailable: 'the database was busy: try again',
}

function actionWords({ action = '', count = '0', left = '', ...values }: Record<string, string>): string {
  const done = Number(count)
  const [one, many] = lookUp(DONE, action) ?? ['was changed', 'were changed']
  const refusals = Object.entries(values).flatMap(([name, who]) => {
    const [, code] = /^refused_(.*)$/.exec(name) ?? []
    return code === undefined ? [] : [`Not ${who}: ${lookUp(REASONS, code) ?? 'that was refused'}.`]
  })
  const rest = left === '' ? [] : [`There was no time for the other ${formatNumber(Number(left))}: run the action again for those.`]
  return [`${formatCount(done, 'user', 'users')} ${done === 1 ? one : many}.`, ...rest, ...refusals].join(' ')
}

const objectWords =
  (verb: string) =>
  ({ kind = 'object', object = '' }: Record<string, string>) =>
    `The ${kind} “${object}” was ${verb} successfully.`

const STATUSES: Record<string, (values: Record<string, string>) => string> = {
  invitation_added: ({ object = '' }) => `Invitation sent to ${object}.`,
  invitation_not_sent: ({ object = '' }) =>
    `The user “${object}” was added, but no invitation was sent: this address has been sent too many emails. Send it again later.`,
  object_added: objectWords('added'),
  object_changed: objectWords('changed'),
  object_deleted: objectWords('deleted'),
  user_second_factor_reset: (object) => `The second factor of “${object}” was removed.`,
  user_password_set: () => 'Password changed successfully.',
  user_password_disabled: () => 'Password-based authentication was disabled.',
  user_sessions_ended: ({ count = '0' }) => `${formatCount(Number(count), 'session was', 'sessions were')} ended.`,
  one_session_ended: () => 'The session was ended.',
  session_already_ended: () => 'That session had already ended.',
  mail_resent: ({ object = '' }) => `The mail to ${object} is being sent.`,
  throttle_released: () => 'They can try again now.',
  throttle_already_reset: () => 'That limit was over already.',
  action_done: actionWords,
}

/** What is said of the last form: words, the object's name among them, and its page where it is another one. */
export interface Status {
  text: string
  object: { name: string; href: string } | null
}

/** What the last form did; null when that is not one of the admin area's. @param here the path that says so */
export function adminStatus(flash: Flash | null, here: string): Status | null {
  const words = flash?.status === undefined ? undefined : lookUp(STATUSES, flash.status)
  if (!flash || !words) return null
  const { object: name = '', id } = flash.values ?? {}
  const text = words(flash.values ?? {})
  if (!/_(added|changed)$/.test(flash.status ?? '')) return { text, object: null }
  const [path = ''] = flash.form.split('?')
  const page = `${path.split('/').slice(0, 3).join('/')}/${id}`
  const object = !/^\d+$/.test(id ?? '') || page === here ? null : { name, href: page }
  if (/\/\d+$/.test(path)) return { text: `${text} You may edit it again below.`, object }
  return { text: path.endsWith('/add') ? `${text} You may add another below.` : text, object }
}

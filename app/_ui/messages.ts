/**
 * The pages' texts for error codes, in GOV.UK's manner: an empty field gets an instruction, a wrong one a description of
 * what is right. The API's texts for the same codes are Django REST framework's (lib/http/messages.ts).
 */
import type { ErrorCode, FieldErrors } from '#lib/errors'
import { lookUp } from '#lib/fields/look-up'

type Text = (parameter: string, field: Words) => string

/** How a field is spoken of. */
interface Words {
  /** At the start of a sentence. */
  name: string
  /** What to do when it is empty. */
  enter: string
}

const FIELDS: Record<string, Words> = {
  name: { name: 'Name', enter: 'Enter your full name' },
  email: { name: 'Email address', enter: 'Enter your email address' },
  phone: { name: 'Phone number', enter: 'Enter a phone number, like +44 808 157 0192' },
  password: { name: 'Password', enter: 'Enter your password' },
  code: { name: 'Code', enter: 'Enter the code of six digits from the email' },
  token: { name: 'Link', enter: 'Open the link from the email again' },
  current_password: { name: 'Current password', enter: 'Enter your current password' },
  first_name: { name: 'First name', enter: 'Enter your first name' },
  last_name: { name: 'Last name', enter: 'Enter your last name' },
  username: { name: 'User name', enter: 'Enter a user name' },
  // As Django's admin calls it.
  staff_username: { name: 'Username', enter: 'Enter a username' },
  confirmation: { name: 'Confirmation', enter: 'Type DELETE to confirm' },
  confirm_password: { name: 'Confirmed password', enter: 'Enter the password again' },
}

/** What a password may resemble, by the name of the field. */
const RESEMBLED: Record<string, string> = { name: 'name', email: 'email address', phone: 'phone number' }

/** @param iso from a cookie, so perhaps no time at all */
const dayWords = (iso: string) => (Number.isNaN(Date.parse(iso)) ? 'the date in our email' : DAY.format(new Date(iso)))
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

const enter: Text = (_, field) => field.enter
const unprintable: Text = (_, field) => `${field.name} must not include characters that cannot be shown`

/** `1 minute`, `12 minutes`, `2 hours`: rounded up, lest somebody comes back too early. */
function waitWords(seconds: number): string {
  const [count, unit] = seconds <= 90 * 60 ? [Math.ceil(seconds / 60), 'minute'] : [Math.ceil(seconds / 3600), 'hour']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const TEXTS: Record<string, Text> = {
  required: enter,
  null: enter,
  blank: enter,
  invalid: enter,
  email: () => 'Enter an email address in the correct format, like name@example.com',
  max_length: (limit, field) => `${field.name} must be ${limit} characters or fewer`,
  null_characters_not_allowed: unprintable,
  surrogate_characters_not_allowed: unprintable,
  phone_number: () => 'Enter a phone number that can be called, like +44 808 157 0192',
  phone_country_code: () => 'Enter the phone number with its country code, like +44 808 157 0192',
  unique: (_, field) => `${field.name} already belongs to an account. Sign in, or use another one`,
  taken: (_, field) => `${field.name} belongs to another account. Use a different one`,
  unique_username: (_, field) => `${field.name} belongs to another account. Use a different one`,
  username: (_, field) => `${field.name} must include only letters, numbers and @ . + - _`,
  confirmation: enter,
  still_referenced: () => 'Your account cannot be deleted yet: other records depend on it. Ask whoever runs this site',
  last_superuser: () => 'You are the last superuser. Make somebody else a superuser first',
  password_mismatch: () => 'The passwords do not match. Enter the same password twice',
  password_too_similar: (attribute) => `Password must be less like your ${lookUp(RESEMBLED, attribute) ?? 'other details'}`,
  password_too_short: (minimum) => `Password must be ${minimum} characters or more`,
  password_too_common: () => 'Password must be harder to guess. This one is on the list of common passwords',
  password_entirely_numeric: () => 'Password must include something other than numbers',
  invalid_credentials: () => 'The email address or password is incorrect',
  throttled: (seconds) => `Too many attempts. Try again in ${waitWords(Number(seconds))}`,
  email_not_verified: () => 'Your email address is not confirmed yet. Open the link in the email, or ask for another one',
  account_closed: (due) => `This account is closed and will be deleted on ${dayWords(due)}. You can restore it until then`,
  password_incorrect: (_, field) => `${field.name} is incorrect`,
  token_unknown: () => 'This link does not work. Open the newest email, or ask for another one',
  token_used: () => 'This link has been used already',
  token_expired: () => 'This link has expired. Ask for another one',
  token_superseded: () => 'A newer link has replaced this one. Open the newest email, or ask for another one',
  code_incorrect: () => 'This code does not work. Enter the one from the newest email, or ask for another one',
  password_not_of_signup: () => 'This is not the password chosen at sign-up. Enter that one, or choose a new one',
  password_unchanged: () => 'Password must differ from the one you have now',
  email_unchanged: () => 'Email address must differ from the one you have now',
  not_a_boolean: () => 'Tick the box or leave it empty',
  overloaded: () => 'The service is very busy. Try again in a few seconds',
}

/** Django's, to the email: operators know it from there (AdminAuthenticationForm). */
const OF_DJANGO: Record<string, string> = {
  invalid_staff_credentials:
    'Please enter the correct email and password for a staff account. Note that both fields may be case-sensitive.',
}

/** The text of one error code of one field. */
export function errorText(field: string, code: ErrorCode): string {
  const words = lookUp(FIELDS, field) ?? { name: 'This answer', enter: 'Check your answers and try again' }
  const colon = code.indexOf(':')
  const [name, parameter] = colon === -1 ? [code, ''] : [code.slice(0, colon), code.slice(colon + 1)]
  return lookUp(OF_DJANGO, name) ?? (lookUp(TEXTS, name) ?? enter)(parameter, words)
}

/** Every code that has a text, for the test of the catalogue. */
export const KNOWN_CODES = Object.keys(TEXTS)
export const KNOWN_FIELDS = Object.keys(FIELDS)

const STATUSES: Record<string, string> = {
  signed_up: 'Your account is ready. You are signed in.',
  email_verified: 'Your email address is confirmed.',
  verification_sent: 'If this address waits for its confirmation, another email is on its way.',
  changes_saved: 'Your changes have been saved.',
  email_change_cancelled: 'The change has been cancelled. Your email address stays as it is.',
  account_closed: 'Your account is closed. To have it back, use the link in the email that we have sent you.',
  account_deleted: 'Your account has been deleted.',
  account_restored: 'Your account is restored. Sign in to go on.',
  proven_again: 'Thanks, that’s confirmed. Your changes aren’t saved yet: check them and save again.',
  reauthenticated: 'Thanks, that’s confirmed. You can continue now.',
  download_ready: 'Thanks, that’s confirmed. You can download your data now.',
  signed_out: 'You have signed out.',
  signed_out_everywhere: 'You have signed out everywhere.',
  session_ended: 'The session has been signed out.',
  session_over_before: 'Your session is over, so nothing was changed. Sign in again to go on.',
  session_over_kept: 'Your session is over, so nothing was changed yet. Sign in again to go on: what you entered is kept.',
  session_over_lost: 'Your session is over, so nothing was changed, and what you entered could not be kept. Sign in again to go on.',
  session_over: 'That session was over already.',
}

/** The text of a status message by its name; null for a name that is not one. */
export const statusText = (status: string): string | null => lookUp(STATUSES, status) ?? null

/** That two passwords differ is said where the second was typed, not where the API reports it. */
export function mismatchAtConfirmation(errors: FieldErrors): FieldErrors {
  const { password = [], ...others } = errors
  if (!password.includes('password_mismatch')) return errors
  const rest = password.filter((code) => code !== 'password_mismatch')
  return { ...others, ...(rest.length > 0 && { password: rest }), confirm_password: ['password_mismatch'] }
}

/** Somebody who is signed in is not told to sign in to the account that has their phone number. */
export const ofSignedInPerson = (errors: FieldErrors): FieldErrors =>
  Object.fromEntries(
    Object.entries(errors).map(([field, codes]) => [field, codes.map((code) => (code.startsWith('unique:') ? 'taken' : code))]),
  )

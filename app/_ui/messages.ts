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
  code: { name: 'Code', enter: 'Enter the 6-digit code from the email' },
  token: { name: 'Link', enter: 'Open the link from the email again' },
  current_password: { name: 'Current password', enter: 'Enter your current password' },
  first_name: { name: 'First name', enter: 'Enter your first name' },
  last_name: { name: 'Last name', enter: 'Enter your last name' },
  username: { name: 'Username', enter: 'Enter a username' },
  // As Django's admin calls it.
  staff_username: { name: 'Username', enter: 'Enter a username' },
  credential: { name: 'Passkey', enter: 'Your browser couldn’t use a passkey. Try again, or use another way' },
  saved: { name: 'This box', enter: 'Save the codes, then tick the box' },
  confirmation: { name: 'Confirmation', enter: 'Type DELETE to confirm' },
  confirm_password: { name: 'Confirmed password', enter: 'Enter the password again' },
}

/** What a password may resemble, by the name of the field. */
const RESEMBLED: Record<string, string> = { name: 'name', email: 'email address', phone: 'phone number' }

/** @param iso from a cookie, so perhaps no time at all */
const dayWords = (iso: string) => (Number.isNaN(Date.parse(iso)) ? 'the date in our email' : DAY.format(new Date(iso)))
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

const enter: Text = (_, field) => field.enter
const unprintable: Text = (_, field) => `${field.name} contains characters that can’t be displayed`

/** `1 minute`, `12 minutes`, `2 hours`: rounded up, so that waiting that long is enough. */
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
  unique: (_, field) => `An account with this ${field.name.toLowerCase()} already exists. Sign in or use a different one`,
  taken: (_, field) => `${field.name} belongs to another account. Use a different one`,
  unique_username: (_, field) => `${field.name} belongs to another account. Use a different one`,
  username: (_, field) => `${field.name} must include only letters, numbers and @ . + - _`,
  password_or_code: () => 'Enter either your password or a code',
  confirmation: enter,
  still_referenced: () => 'Your account can’t be deleted yet because other records depend on it. Contact the people who run this site',
  last_superuser: () => 'You’re the only superuser. Make another account a superuser first',
  password_mismatch: () => 'The passwords don’t match. Enter the same password twice',
  password_too_similar: (attribute) => `Choose a password that’s less similar to your ${lookUp(RESEMBLED, attribute) ?? 'other details'}`,
  password_too_short: (minimum) => `Password must be ${minimum} characters or more`,
  password_too_common: () => 'This password is too common. Choose one that’s harder to guess',
  password_breached: () => 'This password has appeared in a data breach. Choose a different one',
  password_entirely_numeric: () => 'Password can’t be only numbers',
  invalid_credentials: () => 'The email address or password is incorrect',
  throttled: (seconds) => `Too many attempts. Try again in ${waitWords(Number(seconds))}`,
  email_not_verified: () => 'Confirm your email address first. Use the link we sent you, or request a new one',
  account_closed: (due) => `This account is closed and will be deleted on ${dayWords(due)}. You can restore it until then`,
  password_incorrect: (_, field) => `${field.name} is incorrect`,
  token_unknown: () => 'This link doesn’t work. Use the link in the most recent email, or request a new one',
  token_used: () => 'This link has already been used',
  token_expired: () => 'This link has expired. Request a new one',
  token_replaced: () => 'This link has been replaced. Use the link in the most recent email, or request a new one',
  email_login_elsewhere: () => 'You asked for this link in another browser. Go back to it and enter the code from the email there',
  code_incorrect: () => 'That code isn’t right or has expired. Use the code from the most recent email',
  second_factor_incorrect: () => 'The code is incorrect or has expired. Enter the current code',
  second_factor_clock: () =>
    'The code is incorrect or has expired. Enter the current code, and check that the time on your phone is set automatically',
  passkey_failed: () => 'Your browser couldn’t use a passkey. Try again, or use another way',
  passkey_malformed: () => 'Your browser couldn’t use a passkey. Try again, or use another way',
  passkey_unknown: () => 'This passkey doesn’t open an account here any more. Sign in another way, then create a new one',
  passkey_expired: () => 'That took too long. Try your passkey again',
  passkey_refused: () => 'We couldn’t accept this passkey. Try again, or use another way',
  passkey_user_not_verified: () =>
    'This passkey didn’t ask for your PIN, fingerprint or face, so it can’t sign you in on its own. Sign in another way',
  passkey_exists: () => 'This device already has a passkey for your account',
  too_many_passkeys: () => 'You have as many passkeys as an account can have. Remove one first',
  password_not_of_signup: () => 'That isn’t the password you chose when you signed up',
  password_unchanged: () => 'Choose a password that’s different from your current one',
  email_unchanged: () => 'Enter an email address that’s different from your current one',
  not_a_boolean: () => 'Tick the box or leave it empty',
  external_login_denied: (name) => `Signing in with ${name} was canceled. Try again, or sign in another way`,
  external_login_failed: (name) => `We couldn’t sign you in with ${name}. Try again, or sign in another way`,
  external_login_expired: (name) => `Signing in with ${name} took too long or was started in another browser. Try again`,
  external_account_exists: (name) =>
    `You already have an account with this email address. Sign in to it, then connect ${name} in your security settings`,
  external_account_refused: (name) => `This account can’t be signed in to with ${name}`,
  external_account_taken: (name) => `This ${name} account is connected to another account. Choose a different one`,
  external_email_unverified: (name) =>
    `Your email address isn’t confirmed at ${name}. Confirm it there, or sign up with your email address`,
  external_link_unverified: () => 'Confirm your email address before you connect another way to sign in',
  last_sign_in_method: () => 'This is your only way to sign in. Set a password before you remove it',
  provider_unreachable: (name) => `We couldn’t reach ${name}. Try again later, or sign in another way`,
  sign_up_expired: () => 'Your sign-up took too long. Start again',
  overloaded: () => 'The service is very busy. Try again in a few seconds',
}

/** Django's wording, which operators know (AdminAuthenticationForm). */
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

/** Every code that has a text, for the test of the catalogue. @internal */
export const KNOWN_CODES = Object.keys(TEXTS)
/** @internal */
export const KNOWN_FIELDS = Object.keys(FIELDS)

const STATUSES: Record<string, string> = {
  signed_up: 'Your account is ready and you’re signed in.',
  email_verified: 'Your email address is confirmed.',
  verification_sent: 'If this address needs confirming, we’ve sent another email.',
  changes_saved: 'Your changes have been saved.',
  email_change_cancelled: 'The change has been canceled. Your email address stays the same.',
  account_closed: 'Your account is closed. To restore it, use the link we’ve emailed you.',
  account_deleted: 'Your account has been deleted.',
  account_restored: 'Your account has been restored. Sign in to continue.',
  reauthenticated_unsaved: 'Thanks, that’s confirmed. Your changes aren’t saved yet: check them and save again.',
  reauthenticated: 'Thanks, that’s confirmed. You can continue now.',
  download_ready: 'Thanks, that’s confirmed. You can download your data now.',
  signed_out: 'You’ve signed out.',
  signed_out_everywhere: 'You’ve signed out everywhere.',
  session_ended: 'That session has been signed out.',
  session_expired: 'Your session expired before anything was changed. Sign in to continue.',
  session_expired_input_kept: 'Your session expired before your changes were saved. Sign in to continue; your input has been kept.',
  session_expired_input_lost: 'Your session expired before your changes were saved. Sign in and enter them again.',
  password_removed:
    'You’re signed in, and your email address is confirmed. We removed the password that was set before. You can set a new one in your security settings.',
  sign_in_expired: 'Signing in took too long or had too many wrong codes. Sign in again.',
  authenticator_added: 'Your authenticator app has been added.',
  authenticator_removed: 'Your authenticator app has been removed.',
  recovery_codes_replaced: 'Your recovery codes have been replaced. The old ones no longer work.',
  recovery_codes_saved: 'Your recovery codes are saved.',
  trusted_devices_forgotten: 'Your trusted devices are forgotten. Signing in takes a code on each of them.',
  passkey_added: 'Your passkey has been created. You can use it to sign in from now on.',
  passkey_renamed: 'Your passkey has been renamed.',
  passkey_removed: 'Your passkey has been removed. You can’t use it to sign in any more.',
  external_account_linked: 'Connected. You can use it to sign in from now on.',
  external_account_unlinked: 'Disconnected. You can’t use it to sign in any more.',
  session_already_ended: 'That session had already ended.',
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

/** Signed-in users are not told to sign in to the account that has their phone number. */
export const ofSignedInPerson = (errors: FieldErrors): FieldErrors =>
  Object.fromEntries(
    Object.entries(errors).map(([field, codes]) => [field, codes.map((code) => (code.startsWith('unique:') ? 'taken' : code))]),
  )

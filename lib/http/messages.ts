/** The API's texts: Django REST framework's, Django's and Simple JWT's own words for each error code. */
import type { ErrorCode, FieldErrors } from '../errors.ts'
import { formatDateTime } from '../mail/render-email.ts'

const plural = (count: string) => (count === '1' ? '' : 's')

const TEXTS: Record<string, (parameter: string) => string> = {
  required: () => 'This field is required.',
  null: () => 'This field may not be null.',
  blank: () => 'This field may not be blank.',
  invalid: () => 'Not a valid string.',
  email: () => 'Enter a valid email address.',
  max_length: (limit) => `Ensure this field has no more than ${limit} characters.`,
  null_characters_not_allowed: () => 'Null characters are not allowed.',
  surrogate_characters_not_allowed: (codePoint) => `Surrogate characters are not allowed: U+${codePoint}.`,
  username: () => 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
  unique_username: () => 'A user with that username already exists.',
  phone_number: () => 'Enter a valid phone number.',
  phone_country_code: () => 'Enter the phone number with its country code.',
  unique: (field) => `user with this ${field} already exists.`,
  password_mismatch: () => "Password fields didn't match.",
  password_too_similar: (attribute) => `The password is too similar to the ${attribute}.`,
  password_too_short: (n) => `This password is too short. It must contain at least ${n} character${plural(n)}.`,
  password_too_common: () => 'This password is too common.',
  password_breached: () => 'This password has appeared in a data breach.',
  password_entirely_numeric: () => 'This password is entirely numeric.',
  invalid_credentials: () => 'Invalid email or password.',
  invalid_staff_credentials: () =>
    'Please enter the correct email and password for a staff account. Note that both fields may be case-sensitive.',
  invalid_choice: (value) => `"${value}" is not a valid choice.`,
  not_an_integer: () => 'A valid integer is required.',
  not_an_account: () => 'A valid integer is required.',
  unknown_email: () => 'No account has this email address.',
  unknown_parameter: (name) => `"${name}" is not a parameter here.`,
  unknown_account: (id) => `Invalid pk "${id}" - object does not exist.`,
  unknown_object: (id) => `Invalid pk "${id}" - object does not exist.`,
  max_items: (limit) => `Ensure this field has no more than ${limit} elements.`,
  no_items: () => 'Items must be selected in order to perform actions on them. No items have been changed.',
  object_exists: (what) => `${what} already exists.`,
  changed_meanwhile: () => 'Someone else has changed this since you read it. Read it again before you change it.',
  datetime: () => 'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
  not_a_boolean: () => 'Must be a valid boolean.',
  not_a_dictionary: (type) => `Invalid data. Expected a dictionary, but got ${type}.`,
  no_data: () => 'No data provided',
  email_not_verified: () => 'The email address is not confirmed yet.',
  account_closed: (due) =>
    `This account is closed and will be deleted on ${formatDateTime(new Date(due))}. Reset the password to restore it.`,
  password_incorrect: () => 'The password is incorrect.',
  password_or_code: () => 'Send either a password or a code.',
  confirmation: () => 'Enter DELETE to confirm.',
  last_superuser: () => 'The last superuser cannot be deleted. Make someone else a superuser first.',
  external_login_denied: (name) => `Signing in with ${name} was canceled.`,
  external_login_failed: (name) => `You could not be signed in with ${name}.`,
  external_login_expired: (name) => `Signing in with ${name} took too long, or was begun in another browser.`,
  external_account_exists: (name) => `The email address has an account already. Log in to it and connect ${name} there.`,
  external_account_refused: (name) => `The account cannot be logged in to with ${name}.`,
  external_account_taken: (name) => `The ${name} account is connected to another account.`,
  external_email_unverified: (name) => `${name} has not verified the email address.`,
  external_link_unverified: () => 'The email address is not confirmed yet.',
  provider_unreachable: (name) => `${name} is not available. Try again later.`,
  sign_up_expired: () => 'The sign-up has expired. Begin again.',
  token_unknown: () => 'The token is not valid.',
  token_used: () => 'The token has been used already.',
  token_expired: () => 'The token has expired.',
  token_replaced: () => 'A newer token has replaced this one.',
  code_incorrect: () => 'The code is not valid.',
  email_login_elsewhere: () => 'The link was asked for elsewhere. Enter the code of the email there.',
  second_factor_incorrect: () => 'The code is not valid, or was used already.',
  second_factor_clock: () => 'The code is not valid, or was used already. Check that the time of the device is right.',
  passkey_malformed: () => 'This is not the response of a passkey.',
  passkey_unknown: () => 'No account has this passkey.',
  passkey_expired: () => 'The passkey took too long, or was used already. Try again.',
  passkey_refused: () => 'The passkey was not accepted.',
  passkey_user_not_verified: () => 'The passkey did not verify its user, so it is a second factor only.',
  passkey_exists: () => 'The passkey is in use already.',
  password_not_of_signup: () => 'This is not the password chosen at sign-up.',
  token_blacklisted: () => 'Token is blacklisted',
  password_unchanged: () => 'The new password must differ from the current one.',
  email_unchanged: () => 'The new email address must differ from the current one.',
}

/** By a code's name, which may be a client's word: none is found under what objects inherit. */
const MESSAGES = new Map(Object.entries(TEXTS))

/** The text of one error code. */
export function message(code: ErrorCode): string {
  const colon = code.indexOf(':')
  const [name, parameter] = colon === -1 ? [code, ''] : [code.slice(0, colon), code.slice(colon + 1)]
  const make = MESSAGES.get(name)
  if (!make) throw new Error(`no text for the error code ${name}`)
  return make(parameter)
}

/** The body of a 400: texts by field. */
export const messagesByField = (errors: FieldErrors) =>
  Object.fromEntries(Object.entries(errors).map(([field, codes]) => [field, codes.map(message)]))

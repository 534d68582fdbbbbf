/**
 * The pages' texts for error codes, in GOV.UK's manner: an empty field gets an instruction, a wrong one a description of
 * what is right. The API's texts for the same codes are Django REST framework's (lib/http/messages.ts).
 */
import type { ErrorCode, FieldErrors } from '#lib/errors'

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
  phone: { name: 'Phone number', enter: 'Enter a phone number, like 01632 960 001 or +44 808 157 0192' },
  password: { name: 'Password', enter: 'Enter your password' },
  confirm_password: { name: 'Confirmed password', enter: 'Enter the password again' },
}

/** What a password may resemble, by the name of the field. */
const RESEMBLED: Record<string, string> = { name: 'name', email: 'email address', phone: 'phone number' }

const enter: Text = (_, field) => field.enter
const unprintable: Text = (_, field) => `${field.name} must not include characters that cannot be shown`

const TEXTS: Record<string, Text> = {
  required: enter,
  null: enter,
  blank: enter,
  invalid: enter,
  email: () => 'Enter an email address in the correct format, like name@example.com',
  max_length: (limit, field) => `${field.name} must be ${limit} characters or fewer`,
  null_characters_not_allowed: unprintable,
  surrogate_characters_not_allowed: unprintable,
  unique: (_, field) => `${field.name} already belongs to an account. Sign in, or use another one`,
  password_mismatch: () => 'The passwords do not match. Enter the same password twice',
  password_too_similar: (attribute) => `Password must be less like your ${RESEMBLED[attribute] ?? 'other details'}`,
  password_too_short: (minimum) => `Password must be ${minimum} characters or more`,
  password_too_common: () => 'Password must be harder to guess. This one is on the list of common passwords',
  password_entirely_numeric: () => 'Password must include something other than numbers',
  invalid_credentials: () => 'The email address or password is incorrect',
  overloaded: () => 'The service is very busy. Try again in a few seconds',
}

/** The text of one error code of one field. */
export function errorText(field: string, code: ErrorCode): string {
  const words = FIELDS[field] ?? { name: 'This answer', enter: 'Check your answers and try again' }
  const colon = code.indexOf(':')
  const [name, parameter] = colon === -1 ? [code, ''] : [code.slice(0, colon), code.slice(colon + 1)]
  return (TEXTS[name] ?? enter)(parameter, words)
}

/** Every code that has a text, for the test of the catalogue. */
export const KNOWN_CODES = Object.keys(TEXTS)
export const KNOWN_FIELDS = Object.keys(FIELDS)

const STATUSES: Record<string, string> = {
  signed_up: 'Your account is ready. You are signed in.',
  signed_out: 'You have signed out.',
}

/** The text of a status message by its name; null for a name that is not one. */
export const statusText = (status: string): string | null => (Object.hasOwn(STATUSES, status) ? (STATUSES[status] ?? null) : null)

/** That two passwords differ is said where the second was typed, not where the API reports it. */
export function mismatchAtConfirmation(errors: FieldErrors): FieldErrors {
  const { password = [], ...others } = errors
  if (!password.includes('password_mismatch')) return errors
  const rest = password.filter((code) => code !== 'password_mismatch')
  return { ...others, ...(rest.length > 0 && { password: rest }), confirm_password: ['password_mismatch'] }
}

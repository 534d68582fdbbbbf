/** What a new password must be: Django's four validators, in Django's order and with its messages' codes, and the list of breached ones. */

import type { User } from '../db/client.ts'
import type { ErrorCode } from '../errors.ts'
import { codePoints } from '../fields/text.ts'
import { settings } from '../settings.ts'
import { isBreachedPassword } from './breached-passwords.ts'
import { isCommonPassword } from './common-passwords.ts'
import { tooSimilarAttribute } from './similarity.ts'

/** Python's str.isdigit(): decimal digits of every script, and the superscript and enclosed ones. */
const DIGITS =
  /^[\p{Nd}\u{b2}-\u{b3}\u{b9}\u{1369}-\u{1371}\u{19da}\u{2070}\u{2074}-\u{2079}\u{2080}-\u{2089}\u{2460}-\u{2468}\u{2474}-\u{247c}\u{2488}-\u{2490}\u{24ea}\u{24f5}-\u{24fd}\u{24ff}\u{2776}-\u{277e}\u{2780}-\u{2788}\u{278a}-\u{2792}\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]+$/u

/** The account's own words that a password must not resemble, by the name the message calls them. */
export type PersonalAttributes = Record<string, string>

/** Every rule that a new password breaks; none when it may be used. The file of breached passwords is asked last, of what would do. */
export async function passwordProblems(password: string, personal: PersonalAttributes): Promise<ErrorCode[]> {
  const { PASSWORD_MIN_LENGTH, PASSWORD_MAX_LENGTH } = settings()
  const length = codePoints(password)
  // Before the others: nothing is computed over a text that cannot be accepted.
  if (length > PASSWORD_MAX_LENGTH) return [`max_length:${PASSWORD_MAX_LENGTH}`]
  const similar = tooSimilarAttribute(password, personal)
  const problems = [
    ...(similar !== null ? [`password_too_similar:${similar}`] : []),
    ...(length < PASSWORD_MIN_LENGTH ? [`password_too_short:${PASSWORD_MIN_LENGTH}`] : []),
    ...(isCommonPassword(password) ? ['password_too_common'] : []),
    ...(DIGITS.test(password) ? ['password_entirely_numeric'] : []),
  ]
  return problems.length === 0 && (await isBreachedPassword(password)) ? ['password_breached'] : problems
}

/** An account's own words, which its password must not resemble, by the names that the messages call them. */
export function similarityAttributes({ email, username, name, firstName, lastName, phone }: User): PersonalAttributes {
  const words = { email, name, phone, username, first_name: firstName, last_name: lastName }
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== ''))
}

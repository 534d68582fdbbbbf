import type { User } from '../db/client.ts'
import { type FieldErrors, ValidationFailed } from '../errors.ts'
import { codePoints } from '../fields/text.ts'
import { checkPassword } from '../passwords/hash.ts'
import { LONGEST_PASSWORD } from './authenticate.ts'

/**
 * Asks somebody who is logged in for their password again, before what a borrowed session must not do (ASVS 7.5.1).
 * @param field whose error it is when the password is wrong
 * @throws ValidationFailed; ServiceUnavailable when the hashing pool is full
 */
export async function requireOwnPassword(user: User, password: string, field: string): Promise<void> {
  const matches = codePoints(password) <= LONGEST_PASSWORD && (await checkPassword(password, user.password))
  const errors: FieldErrors = { [field]: ['password_incorrect'] }
  if (!matches) throw new ValidationFailed(errors)
}

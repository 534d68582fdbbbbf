import { recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { type FieldErrors, ValidationFailed } from '../errors.ts'
import { MAX_PASSWORD_LENGTH } from '../fields/new-password.ts'
import { codePoints } from '../fields/text.ts'
import { checkPassword } from '../passwords/hash.ts'
import type { Principal } from '../sessions/principal.ts'
import { countPasswordTry, type Source } from './login-limits.ts'

/** What of a request is needed to ask for its sender's password. */
export type PasswordConfirmation = Source & { principal: Principal | null }

/**
 * Checks an account's password, before what neither a stolen session (ASVS 7.5.1) nor a link alone may do. A wrong one is
 * audited, and counts as a failed login of the account, so a stolen session allows no more guesses.
 * @param field whose error it is when the password is wrong
 * @param counted whether the endpoint's own throttle, which is the login's, has counted it
 * @throws ValidationFailed; Throttled; ServiceUnavailable when the hashing pool is full
 */
export async function requireCurrentPassword(
  user: User,
  password: string,
  field: string,
  source: PasswordConfirmation,
  { counted = false } = {},
): Promise<void> {
  const isRight = () => isCurrentPassword(user, password)
  if (await (counted ? isRight() : countPasswordTry(user, source, isRight))) return
  // With a link, the sender is unknown.
  const own = source.principal?.user.id === user.id ? source.principal : null
  const who = { actorId: own ? user.id : null, subjectId: user.id, sessionId: own?.claims.sid ?? null, outcome: 'failure' } as const
  await recordEvent(database(), 'reauthentication_failed', { ...who, detail: { reason: 'wrong_password' } }, source)
  const errors: FieldErrors = { [field]: ['password_incorrect'] }
  throw new ValidationFailed(errors)
}

const isCurrentPassword = async (user: User, password: string) =>
  codePoints(password) <= MAX_PASSWORD_LENGTH && (await checkPassword(password, user.password))

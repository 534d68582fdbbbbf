/** Step-up: an account's owner proves again who they are. */
import { recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { ValidationFailed } from '../errors.ts'
import { MAX_PASSWORD_LENGTH } from '../fields/new-password.ts'
import { codePoints } from '../fields/text.ts'
import { checkPassword } from '../passwords/hash.ts'
import type { Principal } from '../sessions/principal.ts'
import { countPasswordTry, type Source } from './login-limits.ts'

/** By what an owner proves who they are: one property for each kind of credential. */
export interface Proof {
  password?: string
}

/** Whether a proof is right, for each kind. A new kind of credential is added here and in Proof. */
const checks: { [Kind in keyof Required<Proof>]: (user: User, proof: string) => Promise<boolean> } = {
  password: async (user, password) => codePoints(password) <= MAX_PASSWORD_LENGTH && (await checkPassword(password, user.password)),
}

async function isProven(user: User, proof: Proof): Promise<boolean> {
  for (const [kind, given] of Object.entries(proof)) if (!(await checks[kind as keyof Proof](user, given))) return false
  return Object.keys(proof).length > 0
}

/** What of a request is needed to confirm its sender's identity. */
export type IdentityConfirmation = Source & { principal: Principal | null }

/**
 * Confirms an account's identity, before what neither a stolen session (ASVS 7.5.1) nor a link alone may do. A wrong proof is
 * audited, and counts as a failed login of the account, so a stolen session allows no more guesses.
 * @param proof by any credential that the account has
 * @param field whose error it is when the proof is wrong
 * @param options `counted`: the endpoint's own throttle, which is the login's, has counted it
 * @throws ValidationFailed; Throttled; ServiceUnavailable when the hashing pool is full
 */
export async function confirmIdentity(
  user: User,
  proof: Proof,
  field: string,
  source: IdentityConfirmation,
  { counted = false } = {},
): Promise<void> {
  const isRight = () => isProven(user, proof)
  if (await (counted ? isRight() : countPasswordTry(user, source, isRight))) return
  // With a link, the sender is unknown.
  const own = source.principal?.user.id === user.id ? source.principal : null
  const who = { actorId: own ? user.id : null, subjectId: user.id, sessionId: own?.claims.sid ?? null, outcome: 'failure' } as const
  await recordEvent(database(), 'reauthentication_failed', { ...who, detail: { reason: 'wrong_password' } }, source)
  throw new ValidationFailed({ [field]: ['password_incorrect'] })
}

/** Simple JWT's CHECK_REVOKE_TOKEN: a token says with which password it was made, and counts with that one alone. */
import { createHash } from 'node:crypto'
import type { User } from '../db/client.ts'
import type { Claims } from '../jwt/tokens.ts'
import { settings } from '../settings.ts'

/** As Simple JWT has it: of the stored hash, which is salted, so that it tells nothing of the password. */
const digest = (hash: string) => createHash('md5').update(hash).digest('hex').toUpperCase()

/** The claim of a new token; none where Django does not ask for it. */
export function passwordClaim({ password }: Pick<User, 'password'>): Record<string, string> {
  const { CHECK_REVOKE_TOKEN, REVOKE_TOKEN_CLAIM } = settings()
  return CHECK_REVOKE_TOKEN ? { [REVOKE_TOKEN_CLAIM]: digest(password) } : {}
}

/** Whether a token was made with the password that its account has now. Asked of Django's tokens: for ours the session knows. */
export function isOfPassword({ extra }: Pick<Claims, 'extra'>, { password }: Pick<User, 'password'>): boolean {
  const { CHECK_REVOKE_TOKEN, REVOKE_TOKEN_CLAIM } = settings()
  return !CHECK_REVOKE_TOKEN || extra[REVOKE_TOKEN_CLAIM] === digest(password)
}

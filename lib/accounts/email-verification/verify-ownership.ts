/** Whether who confirms an address is also who signed up with it: a link alone shows only that they read the mailbox. */
import { recordEvent } from '../../audit/audit.ts'
import { countPasswordTry } from '../../authentication/login-limits.ts'
import { database } from '../../db/client.ts'
import { ReauthenticationRequired, ValidationFailed } from '../../errors.ts'
import { MAX_PASSWORD_LENGTH } from '../../fields/credentials.ts'
import { codePoints } from '../../fields/text.ts'
import type { Context } from '../../http/endpoint.ts'
import { checkPassword, isUsablePassword } from '../../passwords/hash.ts'
import type { ActiveToken } from '../../tokens/one-time-token.ts'
import { pendingSignupOf, readSignupCookie } from './pending-signup.ts'

/** Whose credentials are to hold: those of the token's own sign-up, or those that the account has. */
export type Ownership = 'signup' | 'account'

/** What of a request shows to whom a browser belongs. */
export type Visitor = Pick<Context, 'cookies'> & { userId: number | null }

/** What a browser shows without being asked; null when the password has to be. */
export function ownershipOf({ row, user }: ActiveToken, { cookies, userId }: Visitor): Ownership | null {
  const signup = pendingSignupOf(row)
  // The sign-up's own browser first: its person waits for what they entered there.
  if (signup && readSignupCookie(cookies)?.browser === signup.browser) return 'signup'
  return userId === user.id ? 'account' : null
}

/**
 * @param password as far as it was given; it must be right then, whatever else is shown
 * @throws ValidationFailed on `password`: it is needed, or it is another's. Without this, confirming a stranger's sign-up
 * would hand the stranger a confirmed account (pre-hijacking, SU-5). ReauthenticationRequired where there is no password
 */
export async function verifyOwnership(token: ActiveToken, password: string | undefined, context: Context): Promise<Ownership> {
  const signup = pendingSignupOf(token.row)
  if (password !== undefined) return passwordOwner(token, password, context)
  const shown = ownershipOf(token, { cookies: context.cookies, userId: context.browserPrincipal?.user.id ?? null })
  if (shown !== null) return shown
  // A client of the API holds the token of one sign-up, and puts that one in force.
  if (context.client === 'api') return signup ? 'signup' : 'account'
  if (!hasPassword(token)) throw new ReauthenticationRequired()
  throw new ValidationFailed({ password: ['required'] })
}

/** Whether there is a password that shows whose the account is: its own, or its sign-up's. Otherwise its owner signs in first. */
export const hasPassword = ({ row, user }: ActiveToken): boolean => pendingSignupOf(row) !== null || isUsablePassword(user.password)

/** A wrong password is counted, and written down, as a failed login of the account. */
async function passwordOwner(token: ActiveToken, password: string, context: Context): Promise<Ownership> {
  let owner: Ownership | null = null
  await countPasswordTry(token.user, context, async () => {
    owner = await ownerByPassword(token, password)
    return owner !== null
  })
  if (owner !== null) return owner
  const failure = { outcome: 'failure', actorId: null, subjectId: token.user.id, detail: { reason: 'wrong_credentials' } } as const
  await recordEvent(database(), 'login_failed', failure, context)
  throw new ValidationFailed({ password: ['password_not_of_signup'] })
}

async function ownerByPassword({ row, user }: ActiveToken, password: string): Promise<Ownership | null> {
  const signup = pendingSignupOf(row)
  if (codePoints(password) > MAX_PASSWORD_LENGTH) return null
  if (signup && (await checkPassword(password, signup.passwordHash))) return 'signup'
  // After a second sign-up the password of the account itself is as good: only its owner knows it.
  if (user.password !== signup?.passwordHash && (await checkPassword(password, user.password))) return 'account'
  return null
}

import { recordEvent } from '../../audit/audit.ts'
import { database, type Transaction } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { settings } from '../../settings.ts'
import {
  type ActiveToken,
  ALL_PURPOSES,
  consumeOneTimeToken,
  findOneTimeToken,
  findOneTimeTokenByCode,
  invalidateOneTimeTokens,
} from '../../tokens/one-time-token.ts'
import { takenField } from '../../users/create-user.ts'
import { unlinkUnverified } from '../../users/unlink-unverified.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { forgetLinks, knownEmailCookie } from '../../web/cookies.ts'
import { VERIFIED_PAGE, VERIFY_PAGE } from '../../web/routes.ts'
import { pendingSignupOf, signupCookieOf } from './pending-signup.ts'
import type { VerifyEmailInput } from './schema.ts'
import { type Ownership, verifyOwnership } from './verify-ownership.ts'

/**
 * Verifies an email address with a token or code from an email, once.
 * @throws ValidationFailed on `token`, `code` or `password`, or on `phone` when another account has it since
 */
export async function verifyEmail(input: VerifyEmailInput, context: Context): Promise<Result> {
  const token = input.token === undefined ? await findByCode(input, context) : await findByToken(input.token, context)
  const ownership = await verifyOwnership(token, input.password, context)
  const by = input.token === undefined ? 'code' : 'link'
  await database().$transaction(async (tx) => {
    if (!(await consumeOneTimeToken(tx, token, context.now))) throw new ValidationFailed(refusal(input, 'token_used'))
    if (!(await confirm(tx, token, ownership, context))) throw new ValidationFailed(refusal(input, 'token_replaced'))
    await recordEvent(tx, 'email_verified', { actorId: token.user.id, subjectId: token.user.id, detail: { by } }, context)
  })
  const signedIn = context.browserPrincipal?.user.id === token.user.id && ownership === 'account'
  return {
    body: { detail: 'The email address is confirmed.' },
    setCookies: [forgetLinks(context.cookies, VERIFY_PAGE, input.token), ...(signedIn ? [] : [knownEmailCookie(token.user.email)])],
    ...(!signedIn && { redirect: VERIFIED_PAGE, flash: { status: null } }),
  }
}

/** A code says nothing but that it does not work. */
const refusal = ({ token }: VerifyEmailInput, problem: string) =>
  token === undefined ? { code: ['code_incorrect'] } : { token: [problem] }

async function findByToken(token: string, { now }: Context): Promise<ActiveToken> {
  const found = await findOneTimeToken('email_verification', token, now)
  if (typeof found === 'string') throw new ValidationFailed({ token: [found] })
  if (!found.user.isActive) throw new ValidationFailed({ token: ['token_unknown'] })
  return found
}

/** In the browser of a sign-up the code must be of that very sign-up: strangers may have caused newer emails (SU-5). */
function findByCode({ email = '', code = '' }: VerifyEmailInput, { cookies, now }: Context): Promise<ActiveToken> {
  const browser = signupCookieOf(cookies, email)?.browser ?? null
  return withMinimumDuration(async () => {
    const user = await findUserByEmail(email)
    const found = await findOneTimeTokenByCode('email_verification', user?.isActive ? user : null, code, now, browser ?? undefined)
    if (typeof found === 'string') throw new ValidationFailed({ code: ['code_incorrect'] })
    return found
  })
}

/**
 * Puts in force what is verified. What came before, and is not of the same person, ends (SU-5).
 * @returns false when the account has another address by now, or a proof already
 */
async function confirm(tx: Transaction, { row, user }: ActiveToken, ownership: Ownership, context: Context): Promise<boolean> {
  const { now } = context
  const signup = ownership === 'signup' ? pendingSignupOf(row) : null
  const credentials = signup ? { name: signup.name, phone: signup.phone, phoneE164: null, password: signup.passwordHash } : {}
  // Asked again here: both may have changed since the token was looked at.
  const where = { id: user.id, email: row.email, emailVerifiedAt: null }
  const { count } = await tx.user.updateMany({ where, data: { ...credentials, emailVerifiedAt: now } }).catch((error: unknown) => {
    throw takenField(error) ?? error
  })
  if (count === 0) return false
  const mandatory = settings().EMAIL_VERIFICATION === 'mandatory'
  await invalidateOneTimeTokens(tx, user.id, signup || mandatory ? ALL_PURPOSES : ['email_verification'], now)
  if (signup) await unlinkUnverified(tx, user.id, context)
  if (!signup && !mandatory) return true
  const own = !signup && context.browserPrincipal?.user.id === user.id ? context.browserPrincipal.claims.sid : null
  await revokeAllSessions(tx, user.id, 'ownership_proven', now, own)
  return true
}

import { recordEvent } from '../../audit/audit.ts'
import { completeLogin } from '../../authentication/complete-login.ts'
import { recordLoginFailure } from '../../authentication/identify.ts'
import { database, type OneTimeToken, type Transaction, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { isUsablePassword, makeUnusablePassword } from '../../passwords/hash.ts'
import { sha256 } from '../../tokens/derived-secrets.ts'
import {
  type ActiveToken,
  consumeOneTimeToken,
  findOneTimeToken,
  findOneTimeTokenByCode,
  type TokenProblem,
} from '../../tokens/one-time-token.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { verifyByMailbox } from '../../users/verify-by-mailbox.ts'
import { forgetLinks } from '../../web/cookies.ts'
import { AFTER_LOGIN, EMAIL_LOGIN_PAGE } from '../../web/routes.ts'
import { pendingLoginResult, sessionResult } from '../login/endpoints.ts'
import { replacePassword } from '../password-change/replace-password.ts'
import { clearedEmailLoginCookie, readEmailLoginCookie } from './email-login-cookie.ts'
import { maySignInByEmail } from './request-email-login.ts'
import type { ConfirmEmailLoginInput } from './schema.ts'

/** Looks up what a link would sign in to; nothing is used up (RS-5). @returns the account, or why the link is not valid */
export async function findEmailLogin(token: string, now: Date): Promise<ActiveToken | TokenProblem> {
  const found = await findOneTimeToken('email_login', token, now)
  return typeof found === 'string' || maySignInByEmail(found.user) ? found : 'token_replaced'
}

/** Whether an email was asked for with this secret. */
const wasAskedWith = ({ payload }: OneTimeToken, secret: string | null): boolean =>
  secret !== null && (payload?.includes(sha256(secret)) ?? false)

/** Whether the browser of a Cookie header asked for an email. */
export const wasAskedHere = (row: OneTimeToken, cookies: string | null): boolean =>
  wasAskedWith(row, readEmailLoginCookie(cookies)?.secret ?? null)

/**
 * Signs in with what was mailed, in the browser that asked or with the client's ticket (EL-2), once (EL-1). It verifies the email
 * address: what anyone has prepared in an unverified account ends, as at a password reset (SU-5).
 * @throws ValidationFailed on `code`, which says no more than that it is wrong, or on `token`
 */
export async function confirmEmailLogin(input: ConfirmEmailLoginInput, context: Context): Promise<Result> {
  const requested = readEmailLoginCookie(context.cookies)
  const secret = context.client === 'browser' ? (requested?.secret ?? null) : input.ticket
  const found = input.token === undefined ? await findByCode(input, secret, context) : await findByToken(input.token, secret, context)
  const user = await database().$transaction((tx) => useUp(tx, found, context))
  if (!user) throw refusal(input.token, 'token_used')
  const identity = { user, amr: ['email'], credentialId: null } as const
  const login = await completeLogin(identity, { remember: requested?.remember ?? false }, context)
  if (!login) throw refusal(input.token, 'token_replaced')
  const next = requested?.next ?? null
  const setCookies = [forgetLinks(context.cookies, EMAIL_LOGIN_PAGE, input.token), clearedEmailLoginCookie()]
  if (login.status === 'pending') {
    const pending = pendingLoginResult(login, next)
    return { ...pending, setCookies: [...(pending.setCookies ?? []), ...setCookies] }
  }
  const isRemoved = isUsablePassword(found.user.password) && !isUsablePassword(login.user.password)
  const flash = { status: isRemoved ? 'password_removed' : null }
  return { ...sessionResult('Login successful', login), setCookies, redirect: next ?? AFTER_LOGIN, flash }
}

/** A code says nothing but that it does not work. @param token the link's; without one it was a code */
const refusal = (token: string | undefined, problem: TokenProblem | 'email_login_elsewhere') =>
  new ValidationFailed(token === undefined ? { code: ['code_incorrect'] } : { token: [problem] })

async function findByToken(token: string, secret: string | null, { now }: Context): Promise<ActiveToken> {
  const found = await findEmailLogin(token, now)
  if (typeof found === 'string') throw refusal(token, found)
  if (!wasAskedWith(found.row, secret)) throw refusal(token, 'email_login_elsewhere')
  return found
}

/** A guess counts against the emails of its own client alone: a stranger uses up no tries of the owner's. */
function findByCode({ email = '', code = '' }: ConfirmEmailLoginInput, secret: string | null, context: Context): Promise<ActiveToken> {
  return withMinimumDuration(async () => {
    const user = await findUserByEmail(email)
    const asker = sha256(secret ?? '')
    const found = await findOneTimeTokenByCode('email_login', user && maySignInByEmail(user) ? user : null, code, context.now, asker)
    if (typeof found !== 'string') return found
    await recordLoginFailure(user, 'wrong_emailed_code', context)
    throw refusal(undefined, found)
  })
}

/** @returns the account as it is from now on; null where the email was used before, or the account may not be signed in to any more */
async function useUp(tx: Transaction, token: ActiveToken, context: Context): Promise<User | null> {
  if (!(await consumeOneTimeToken(tx, token, context.now))) return null
  const { id } = token.user
  const user = await tx.user.findUniqueOrThrow({ where: { id } })
  if (!maySignInByEmail(user)) return null
  if (!(await verifyByMailbox(tx, token.row, 'email_login', context))) return user
  // The password may be a stranger's, like all that was begun with it.
  const ended = await replacePassword(tx, user, makeUnusablePassword(), { reason: 'ownership_proven' }, context)
  if (isUsablePassword(user.password))
    await recordEvent(tx, 'password_removed', { actorId: id, subjectId: id, detail: { sessionsEnded: ended } }, context)
  return tx.user.findUniqueOrThrow({ where: { id } })
}

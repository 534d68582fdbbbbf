import { recordEvent } from '../../audit/audit.ts'
import { database, lockUser, type User } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { settings } from '../../settings.ts'
import { sha256 } from '../../tokens/derived-secrets.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { forgetLinks } from '../../web/cookies.ts'
import { EMAIL_LOGIN_PAGE, safeNextPath } from '../../web/routes.ts'
import { mailRecoveryLink } from '../password-reset/recovery-link.ts'
import { emailLoginCookie, newLoginSecret, readEmailLoginCookie } from './email-login-cookie.ts'
import { emailLoginEmail, emailLoginRefusedEmail } from './emails.ts'
import type { RequestEmailLoginInput } from './schema.ts'

/** Whether people can sign in by email (EMAIL_LOGIN). */
export const isEmailLoginOn = (): boolean => settings().EMAIL_LOGIN !== 'none'

/** @throws ApiError 404 where signing in by email is off */
export async function requireEmailLogin(): Promise<Record<never, never>> {
  if (!isEmailLoginOn()) throw new ApiError(404, { detail: 'Not found.' })
  return {}
}

/** Whether a mailbox alone identifies the owner of an account: never staff, on whom more depends (ASVS 6.3.6). */
export const maySignInByEmail = ({ isActive, isStaff, isSuperuser }: Pick<User, 'isActive' | 'isStaff' | 'isSuperuser'>): boolean =>
  isActive && !isStaff && !isSuperuser

/**
 * Mails a code, and a link where EMAIL_LOGIN says so, which sign in who asked: with the secret of the browser's cookie, or an API
 * client's ticket. Whether there is an account shows neither in the answer nor in its time, as at a password reset (EN-3): a
 * closed account and a reserved address get an email with the way back, and staff one that says how they sign in.
 */
export async function requestEmailLogin({ email, next, remember = '' }: RequestEmailLoginInput, context: Context): Promise<Result> {
  // One secret for all that a browser asks: where its limit of emails is reached, the code of the last one goes on working.
  const secret = readEmailLoginCookie(context.cookies)?.secret ?? newLoginSecret()
  await withMinimumDuration(() => mailIfThereIsAnAccount(email, secret, context))
  const detail = 'If an account exists for this email address, an email to sign in with has been sent.'
  const requested = { secret, email, at: context.now, next: safeNextPath(next), remember: remember !== '' }
  return {
    body: { detail, ticket: secret },
    // The page is the link's, too: one that has been opened would go on being shown.
    setCookies: [emailLoginCookie(requested), forgetLinks(context.cookies, EMAIL_LOGIN_PAGE)],
    redirect: EMAIL_LOGIN_PAGE,
  }
}

async function mailIfThereIsAnAccount(email: string, secret: string, context: Context): Promise<void> {
  const found = await findUserByEmail(email)
  await database().$transaction(async (tx) => {
    const user = await lockUser(tx, found?.id ?? 0)
    const { now } = context
    if (user?.isActive) {
      const to = { recipient: user.email, userId: user.id }
      const payload = JSON.stringify({ asker: sha256(secret) })
      const issueToken = () => issueOneTimeToken(tx, user, 'email_login', settings().EMAIL_LOGIN_TIMEOUT, now, { payload })
      if (maySignInByEmail(user)) await enqueueEmail(tx, { kind: 'email_login', ...to, issueToken, content: emailLoginEmail(context) }, now)
      else await enqueueEmail(tx, { kind: 'email_login_refused', ...to, content: emailLoginRefusedEmail(context) }, now)
    }
    const isReached = user?.isActive || (await mailRecoveryLink(tx, canonicalEmail(email) ?? email, user, context))
    const outcome = isReached ? 'success' : 'failure'
    await recordEvent(tx, 'email_login_requested', { outcome, actorId: null, subjectId: found?.id ?? null, detail: {} }, context)
  })
}

import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { invalidateOneTimeToken, newestWithPayload } from '../../tokens/one-time-token.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { forgetLinks } from '../../web/cookies.ts'
import { VERIFY_PAGE } from '../../web/routes.ts'
import { signupCookieOf, waitingCookie } from './pending-signup.ts'
import type { ResendInput } from './schema.ts'
import { enqueueVerificationEmail } from './verification-link.ts'

const ANSWER = { body: { detail: 'If this address waits for its confirmation, an email is on its way.' } }

/** Mails a new link and code to an address that waits for its proof. The answer tells nothing of what there is (EN-3). */
export function resendVerification({ email }: ResendInput, context: Context): Promise<Result> {
  return withMinimumDuration(async () => {
    const own = signupCookieOf(context.cookies, email)
    const user = settings().EMAIL_VERIFICATION === 'none' ? null : await findUserByEmail(email)
    if (user?.isActive && !user.emailVerifiedAt) await postAgain(user, own?.browser ?? null, context)
    return {
      ...ANSWER,
      // The page shows the address; of a sign-up in this browser the cookie knows more already.
      setCookies: [...(own ? [] : [waitingCookie(email)]), forgetLinks(context.cookies, VERIFY_PAGE)],
    }
  })
}

/** The new token takes the place, and the payload, of this browser's sign-up; where there is none, of the newest. */
async function postAgain(user: User, browser: string | null, context: Context): Promise<void> {
  const { now } = context
  const own = browser === null ? null : await newestWithPayload('email_verification', user.id, browser)
  const replaced = own ?? (await newestWithPayload('email_verification', user.id))
  await database().$transaction(async (tx) => {
    if (!(await enqueueVerificationEmail(tx, user, now, replaced?.payload ?? null))) return
    if (replaced) await invalidateOneTimeToken(tx, replaced.id, now)
    await recordEvent(tx, 'email_verification_requested', { actorId: null, subjectId: user.id, detail: {} }, context)
    await context.storeResult(tx, ANSWER)
  })
}

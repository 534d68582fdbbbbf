import { type CompletedLogin, completeLogin, type PendingLogin } from '../../authentication/complete-login.ts'
import { authenticatePassword } from '../../authentication/identify.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { publicUser } from '../../users/user.ts'
import { pendingLoginCookie } from '../../web/cookies.ts'
import { ADMIN_PAGE } from '../../web/routes.ts'
import type { LoginInput } from './schema.ts'

/**
 * Signs in with email and password.
 * @throws ValidationFailed the same error for an unknown email, an inactive account and a wrong password; LoginRefused, which
 * says more, for the right password only
 */
export async function logIn({ email, password, remember = '' }: LoginInput, context: Context): Promise<Result> {
  const identity = await authenticatePassword(email, password, context)
  const login = identity && (await completeLogin(identity, { remember: remember !== '' }, context))
  if (!login) throw new ValidationFailed({ non_field_errors: ['invalid_credentials'] })
  return login.status === 'pending' ? pendingLoginResult(login) : sessionResult('Login successful', login)
}

/**
 * Signs in to the admin area: accounts that are not staff fail as with a wrong password.
 * @throws as logIn()
 */
export async function logInStaff({ email, password }: LoginInput, context: Context): Promise<Result> {
  const identity = await authenticatePassword(email, password, context, { staffOnly: true })
  const login = identity && (await completeLogin(identity, {}, context))
  if (!login) throw new ValidationFailed({ non_field_errors: ['invalid_staff_credentials'] })
  return login.status === 'pending' ? pendingLoginResult(login, ADMIN_PAGE) : sessionResult('Login successful', login)
}

/** A new session: an API client gets its tokens, a browser its cookie. */
export function sessionResult(message: string, { user, tokens, cookie }: CompletedLogin): Result {
  return { body: { message, user: publicUser(user), tokens }, ...(cookie && { cookie }) }
}

/**
 * A login that a stage holds back: an API client gets the ticket; a browser keeps it in a cookie and goes to the stage's page.
 * @param success where it leads in the end, where that is not the dashboard
 */
export function pendingLoginResult({ challenge, ticket }: PendingLogin, success: string | null = null): Result {
  const { detail, code, methods, page } = challenge
  return {
    status: 403,
    body: { detail, code, ticket, ...(methods && { methods }) },
    setCookies: [pendingLoginCookie(ticket)],
    redirect: (asked) => {
      const next = asked ?? success
      return next === null ? page : `${page}?next=${encodeURIComponent(next)}`
    },
    flash: { status: null },
  }
}

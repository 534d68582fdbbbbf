import * as z from 'zod/mini'
import { type CompletedLogin, completeLogin, type PendingLogin } from '../../authentication/complete-login.ts'
import { authenticatePassword } from '../../authentication/identify.ts'
import { ValidationFailed } from '../../errors.ts'
import { type Context, endpoint, type Result } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { publicUser, userShape } from '../../users/user.ts'
import { pendingLoginCookie, trustedDeviceCookie } from '../../web/cookies.ts'
import { ADMIN_LOGIN_PAGE, ADMIN_PAGE, AFTER_LOGIN, LOGIN_PAGE } from '../../web/routes.ts'
import { type LoginInput, loginSchema } from './schema.ts'

const contract = {
  method: 'POST',
  name: 'Login',
  tag: 'Sign-up and login',
  responses: { 200: z.object({ message: z.literal('Login successful'), user: userShape, tokens: tokenPairShape }) },
  input: loginSchema,
} as const

const policy = { access: 'public', throttle: { policy: 'login', account: ({ email }: LoginInput) => email } } as const

export const loginEndpoint = endpoint({
  contract: {
    ...contract,
    path: '/api/accounts/login/',
    description: 'User login endpoint',
    operationId: 'logIn',
    summary: 'Log in',
  },
  policy,
  form: { page: LOGIN_PAGE, success: AFTER_LOGIN },
  // The contract knows no such field: what API clients send under its name is ignored, like any other.
  prepareInput: ({ remember, ...data }, client) => (client === 'browser' && remember !== undefined ? { ...data, remember } : data),
  run: logIn,
})

/** The admin area's own: the same login, for staff alone. */
export const staffLoginEndpoint = endpoint({
  contract: {
    ...contract,
    path: '/api/accounts/login/staff/',
    description: 'Login for staff. Other accounts get the error of a wrong password',
    operationId: 'logInStaff',
    summary: 'Log in as staff',
  },
  policy,
  form: { page: ADMIN_LOGIN_PAGE, success: ADMIN_PAGE },
  // Its form has no "Keep me signed in".
  prepareInput: ({ remember: _, ...data }) => data,
  run: logInStaff,
})

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
export function sessionResult(message: string, { user, tokens, cookie, trusted }: CompletedLogin): Result {
  const setCookies = trusted === undefined ? [] : [trustedDeviceCookie(trusted, settings().TRUSTED_DEVICE_LIFETIME)]
  return { body: { message, user: publicUser(user), tokens }, ...(cookie && { cookie }), setCookies }
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

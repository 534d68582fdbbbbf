import * as z from 'zod/mini'
import type { FieldErrors } from '../../errors.ts'
import { endpoint } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { userShape } from '../../users/user.ts'
import { AFTER_LOGIN, EMAIL_LOGIN_PAGE } from '../../web/routes.ts'
import { confirmEmailLogin } from './confirm-email-login.ts'
import { requestEmailLogin, requireEmailLogin } from './request-email-login.ts'
import { type ConfirmEmailLoginInput, confirmEmailLoginSchema, requestEmailLoginSchema } from './schema.ts'

const tag = 'Sign-up and login'

function missing({ token, email, code }: Partial<ConfirmEmailLoginInput>): FieldErrors {
  if (token !== undefined) return {}
  return { ...(email === undefined && { email: ['required'] }), ...(code === undefined && { code: ['required'] }) }
}

export const requestEmailLoginEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/email/',
    name: 'Email Login',
    description: 'Mails a code to log in with, and a link where `EMAIL_LOGIN` is `link`. Both need the ticket that is answered',
    operationId: 'requestEmailLogin',
    summary: 'Ask for an email to log in with',
    tag,
    responses: { 200: z.object({ detail: z.string(), ticket: z.string() }) },
    errorStatuses: [404],
    input: requestEmailLoginSchema,
  },
  policy: { access: 'public', throttle: { policy: 'reset', account: ({ email }) => email } },
  form: { page: EMAIL_LOGIN_PAGE, success: EMAIL_LOGIN_PAGE },
  // As at the login: these are a browser's.
  prepareInput: ({ next, remember, ...data }, client) =>
    client === 'browser' ? { ...data, ...(next !== undefined && { next }), ...(remember !== undefined && { remember }) } : data,
  validate: requireEmailLogin,
  run: requestEmailLogin,
})

export const confirmEmailLoginEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/email/confirm/',
    name: 'Email Login Confirm',
    description: 'Logs in with the ticket of login/email/ and what was mailed: the code, with its address, or the token of the link',
    operationId: 'confirmEmailLogin',
    summary: 'Log in with an emailed code or link',
    tag,
    responses: { 200: z.object({ message: z.literal('Login successful'), user: userShape, tokens: tokenPairShape }) },
    errorStatuses: [404],
    input: confirmEmailLoginSchema,
  },
  // A token cannot be guessed, so that it names no account to count.
  policy: {
    access: 'public',
    throttle: { policy: 'email_login', account: ({ email, token }) => (token === undefined ? (email ?? null) : null) },
  },
  form: { page: EMAIL_LOGIN_PAGE, success: AFTER_LOGIN },
  // A browser's secret is in its cookie.
  prepareInput: (data, client) => (client === 'browser' ? { ...data, ticket: '-' } : data),
  validate: requireEmailLogin,
  refine: missing,
  run: confirmEmailLogin,
})

import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { userShape } from '../../users/user.ts'
import { ADMIN_LOGIN_PAGE, ADMIN_PAGE, AFTER_LOGIN, LOGIN_PAGE } from '../../web/routes.ts'
import { logIn, logInStaff } from './log-in.ts'
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

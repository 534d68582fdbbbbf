import * as z from 'zod/mini'
import { AFTER_LOGIN, LOGIN_PAGE } from '../../gate/routes.ts'
import { endpoint } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/token-shapes.ts'
import { userShape } from '../../users/user-shapes.ts'
import { logIn } from './log-in.ts'
import { loginSchema } from './schema.ts'

export const loginEndpoint = endpoint({
  method: 'POST',
  path: '/api/accounts/login/',
  name: 'Login',
  description: 'User login endpoint',
  operationId: 'logIn',
  summary: 'Log in',
  tag: 'Sign-up and login',
  answers: { 200: z.object({ message: z.literal('Login successful'), user: userShape, tokens: tokenPairShape }) },
  access: 'public',
  throttle: { policy: 'login', account: ({ email }) => email },
  input: loginSchema,
  // The contract knows no such field: what API clients send under its name is ignored, like any other.
  complete: ({ remember, ...data }, client) => (client === 'browser' && remember !== undefined ? { ...data, remember } : data),
  form: { page: LOGIN_PAGE, success: AFTER_LOGIN },
  run: logIn,
})

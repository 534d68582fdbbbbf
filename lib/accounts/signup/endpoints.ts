import * as z from 'zod/mini'
import { comparePasswords } from '../../fields/new-password.ts'
import { endpoint } from '../../http/endpoint.ts'
import { detailShape } from '../../http/response-shapes.ts'
import { settings } from '../../settings.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { userShape } from '../../users/public-user.ts'
import { AFTER_LOGIN } from '../../web/routes.ts'
import { checkAvailability } from './check-availability.ts'
import { signupSchema } from './schema.ts'
import { signUp } from './sign-up.ts'

export const signupEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/signup/',
    name: 'Signup',
    description: 'User registration endpoint',
    operationId: 'signUp',
    summary: 'Sign up',
    tag: 'Sign-up and login',
    responses: {
      201: z.object({ message: z.literal('User registered successfully'), user: userShape, tokens: tokenPairShape }),
      // Where the address must be proven first.
      200: detailShape,
    },
    input: signupSchema,
  },
  policy: { access: 'public', throttle: { policy: 'signup', account: ({ email }) => email }, idempotencyKey: true },
  form: { page: '/signup', success: AFTER_LOGIN, status: 'signed_up' },
  prepareInput: (data) =>
    settings().SIGNUP_CONFIRM_PASSWORD || 'confirm_password' in data ? data : { ...data, confirm_password: data.password },
  validate: checkAvailability,
  refine: comparePasswords,
  run: signUp,
})

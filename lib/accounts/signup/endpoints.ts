import { passwordsMatch } from '../../fields/new-password.ts'
import { AFTER_LOGIN } from '../../gate/routes.ts'
import { endpoint } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { checkAvailability } from './check-availability.ts'
import { signupSchema } from './schema.ts'
import { signUp } from './sign-up.ts'

export const signupEndpoint = endpoint({
  method: 'POST',
  path: '/api/accounts/signup/',
  name: 'Signup',
  description: 'User registration endpoint',
  access: 'public',
  throttle: { policy: 'signup', account: ({ email }) => email },
  input: signupSchema,
  complete: (data) =>
    settings().SIGNUP_CONFIRM_PASSWORD || 'confirm_password' in data ? data : { ...data, confirm_password: data.password },
  check: checkAvailability,
  refine: (input) => (passwordsMatch(input) ? {} : { password: ['password_mismatch'] }),
  form: { page: '/signup', success: AFTER_LOGIN, status: 'signed_up' },
  run: signUp,
})

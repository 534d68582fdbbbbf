import { completeLogin } from '../../authentication/complete-login.ts'
import { authenticatePassword } from '../../authentication/identify.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { pendingLoginResult, sessionResult } from '../../http/login-result.ts'
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
  return login.status === 'pending' ? pendingLoginResult(login) : sessionResult('Login successful', login)
}

import { claimLogin, recordLogin, logIn as startSession } from '../../authentication/complete-login.ts'
import { authenticate, recordRefusedLogin } from '../../authentication/identify.ts'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { waitForMinimumDuration } from '../../users/min-duration.ts'
import { publicUser } from '../../users/public-user.ts'
import { isVerificationRequired } from '../../users/verification.ts'
import type { LoginInput } from './schema.ts'

/**
 * Logs in with email and password.
 * @throws ValidationFailed the same for an unknown email, an inactive account and a wrong password; only the correct password
 * learns that the email must be verified first
 */
export const logIn = (input: LoginInput, context: Context): Promise<Result> => logInAs(input, context, () => true, 'invalid_credentials')

/**
 * Logs in to the admin area. An account that is not staff gets the error of a wrong password (Django's AdminAuthenticationForm).
 * @throws as logIn()
 */
export const logInStaff = (input: LoginInput, context: Context): Promise<Result> =>
  logInAs(input, context, ({ isStaff }) => isStaff, 'invalid_staff_credentials')

async function logInAs(
  { email, password, remember = '' }: LoginInput,
  context: Context,
  admits: (user: User) => boolean,
  refusal: 'invalid_credentials' | 'invalid_staff_credentials',
): Promise<Result> {
  const started = performance.now()
  const user = await authenticate(email, password, context)
  if (user && !admits(user)) {
    await recordRefusedLogin(user, 'not_staff', context)
    await waitForMinimumDuration(started)
  }
  if (!user || !admits(user)) throw new ValidationFailed({ non_field_errors: [refusal] })
  if (isVerificationRequired(user)) {
    await recordRefusedLogin(user, 'email_not_verified', context)
    throw new ValidationFailed({ non_field_errors: ['email_not_verified'] })
  }
  return database().$transaction(async (tx) => {
    if (!(await claimLogin(tx, user, context))) throw new ValidationFailed({ non_field_errors: [refusal] })
    const loggedIn = await startSession(tx, user, { ...context, remember: remember !== '' })
    await recordLogin(tx, user, loggedIn, context)
    const { tokens, cookie } = loggedIn
    return { body: { message: 'Login successful', user: publicUser(user), tokens }, ...(cookie && { cookie }) }
  })
}

import { database } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { beginLogin, recordLogin, logIn as startSession } from '../../sessions/log-in.ts'
import { authenticate } from '../../users/authenticate.ts'
import { publicUser } from '../../users/public-user.ts'
import { awaitsVerification, recordUnverifiedLogin } from '../../users/verification.ts'
import type { LoginInput } from './schema.ts'

/**
 * Logs in with address and password.
 * @throws ValidationFailed the same for an unknown address, an inactive account and a wrong password; that the address is
 * not proven yet, where it must be, is said to the right password only
 */
export async function logIn({ email, password, remember = '' }: LoginInput, context: Context): Promise<Answer> {
  const user = await authenticate(email, password, context)
  if (!user) throw new ValidationFailed({ non_field_errors: ['invalid_credentials'] })
  if (awaitsVerification(user)) {
    await recordUnverifiedLogin(user, context)
    throw new ValidationFailed({ non_field_errors: ['email_not_verified'] })
  }
  return database().$transaction(async (tx) => {
    if (!(await beginLogin(tx, user, context.now))) throw new ValidationFailed({ non_field_errors: ['invalid_credentials'] })
    const loggedIn = await startSession(tx, user, { ...context, remember: remember !== '' })
    await recordLogin(tx, user, loggedIn, context)
    const { tokens, cookie } = loggedIn
    return { body: { message: 'Login successful', user: publicUser(user), tokens }, ...(cookie && { cookie }) }
  })
}

import { database } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { recordLogin, logIn as startSession } from '../../sessions/log-in.ts'
import { authenticate } from '../../users/authenticate.ts'
import { publicUser } from '../../users/public-user.ts'
import type { LoginInput } from './schema.ts'

/**
 * Logs in with address and password.
 * @throws ValidationFailed the same for an unknown address, an inactive account and a wrong password
 */
export async function logIn({ email, password }: LoginInput, context: Context): Promise<Answer> {
  const user = await authenticate(email, password)
  if (!user) throw new ValidationFailed({ non_field_errors: ['invalid_credentials'] })
  return database().$transaction(async (tx) => {
    await recordLogin(tx, user, context.now)
    const { tokens, cookie } = await startSession(tx, user, context)
    return { body: { message: 'Login successful', user: publicUser(user), tokens }, ...(cookie && { cookie }) }
  })
}

import { database } from '../../db/client.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { makePassword } from '../../passwords/hash.ts'
import { logIn } from '../../sessions/log-in.ts'
import { availableUsername, createUser } from '../../users/create-user.ts'
import { publicUser } from '../../users/public-user.ts'
import type { SignupInput } from './schema.ts'

/**
 * Creates an account and its first session in one transaction: there is no account without a session, nor the reverse.
 * @throws ValidationFailed when somebody else took the address or the phone meanwhile
 */
export async function signUp({ name, email, phone, password }: SignupInput, context: Context): Promise<Answer> {
  const passwordHash = await makePassword(password)
  const username = await availableUsername(email)
  return database().$transaction(async (tx) => {
    const user = await createUser(tx, { name, email, phone, username, passwordHash }, context.now)
    const { tokens, cookie } = await logIn(tx, user, context)
    return { status: 201, body: { message: 'User registered successfully', user: publicUser(user), tokens }, ...(cookie && { cookie }) }
  })
}

import { database } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { logIn, recordLogin } from '../../sessions/log-in.ts'
import { authenticate } from '../../users/authenticate.ts'
import type { TokenObtainInput } from './schema.ts'

/** Simple JWT's TokenObtainPairView. @throws ApiError 401 when address and password are not an active account's */
export async function obtainTokenPair({ email, password }: TokenObtainInput, context: Context): Promise<Answer> {
  const user = await authenticate(email, password)
  if (!user) throw new ApiError(401, { detail: 'No active account found with the given credentials' })
  return database().$transaction(async (tx) => {
    await recordLogin(tx, user, context.now)
    const { tokens } = await logIn(tx, user, { ...context, client: 'api' })
    return { body: tokens }
  })
}

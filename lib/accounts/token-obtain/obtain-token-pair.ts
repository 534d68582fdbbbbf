import { claimLogin, logIn, recordLogin } from '../../authentication/complete-login.ts'
import { AccountClosed, authenticate, recordRefusedLogin } from '../../authentication/identify.ts'
import { database } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { message } from '../../http/messages.ts'
import { isVerificationRequired } from '../../users/verification.ts'
import type { TokenObtainInput } from './schema.ts'

const noActiveAccount = () => new ApiError(401, { detail: 'No active account found with the given credentials' })

/** Simple JWT's TokenObtainPairView. @throws ApiError 401 when address and password are not an active, confirmed account's; with a code where the password is right */
export async function obtainTokenPair({ email, password }: TokenObtainInput, context: Context): Promise<Result> {
  const user = await authenticate(email, password, context).catch((error: unknown) => {
    throw error instanceof AccountClosed ? new ApiError(401, { detail: message(error.errorCode), code: 'account_closed' }) : error
  })
  if (!user) throw noActiveAccount()
  if (isVerificationRequired(user)) {
    await recordRefusedLogin(user, 'email_not_verified', context)
    throw new ApiError(401, { detail: 'The email address is not confirmed.', code: 'email_not_verified' })
  }
  return database().$transaction(async (tx) => {
    if (!(await claimLogin(tx, user, context))) throw noActiveAccount()
    const loggedIn = await logIn(tx, user, { ...context, client: 'api' })
    await recordLogin(tx, user, loggedIn, context)
    return { body: loggedIn.tokens }
  })
}

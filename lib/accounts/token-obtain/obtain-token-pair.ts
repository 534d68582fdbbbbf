import { completeLogin } from '../../authentication/complete-login.ts'
import { authenticatePassword, LoginRefused } from '../../authentication/identify.ts'
import { ApiError } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { pendingLoginResult } from '../../http/login-result.ts'
import { message } from '../../http/messages.ts'
import type { TokenObtainInput } from './schema.ts'

/**
 * Signs in an API client, as Simple JWT's TokenObtainPairView does.
 * @throws ApiError 401 when email and password are not those of an active account; with a `code` where the password is right
 */
export async function obtainTokenPair({ email, password }: TokenObtainInput, context: Context): Promise<Result> {
  try {
    const identity = await authenticatePassword(email, password, context)
    const login = identity && (await completeLogin(identity, {}, context))
    if (!login) throw new ApiError(401, { detail: 'No active account found with the given credentials' })
    return login.status === 'pending' ? pendingLoginResult(login) : { body: login.tokens }
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error
    const { reason, errorCode } = error
    const detail = reason === 'email_not_verified' ? 'The email address is not confirmed.' : message(errorCode)
    throw new ApiError(401, { detail, code: reason })
  }
}

import * as z from 'zod/mini'
import { completeLogin } from '../../authentication/complete-login.ts'
import { authenticatePassword, LoginRefused } from '../../authentication/identify.ts'
import { ApiError } from '../../errors.ts'
import { text } from '../../fields/text.ts'
import { type Context, endpoint, type Result } from '../../http/endpoint.ts'
import { message } from '../../http/messages.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { pendingLoginResult } from '../login/endpoints.ts'

/** What Simple JWT's obtain view takes: the address is not checked for its form (a plain CharField). */
const tokenObtainSchema = z.object({
  email: text({ label: 'Email' }),
  password: text({ label: 'Password', secret: true }),
})

type TokenObtainInput = z.infer<typeof tokenObtainSchema>

export const tokenObtainEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/token/',
    name: 'Token Obtain Pair',
    description:
      'Takes a set of user credentials and returns an access and refresh JSON web\ntoken pair to prove the authentication of those credentials.',
    operationId: 'obtainTokens',
    summary: 'Obtain a pair of tokens',
    tag: 'Tokens',
    responses: { 200: tokenPairShape },
    errorStatuses: [401],
    input: tokenObtainSchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'login', account: ({ email }) => email } },
  run: obtainTokenPair,
})

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

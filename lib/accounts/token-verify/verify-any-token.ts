import { database } from '../../db/client.ts'
import { ApiError, TokenError, ValidationFailed } from '../../errors.ts'
import { verifyToken } from '../../gate/tokens.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { liveUser } from '../../sessions/live-user.ts'
import { settings } from '../../settings.ts'
import { isBlacklisted } from '../../tokens/refresh-token.ts'
import type { TokenVerifyInput } from './schema.ts'

/**
 * Whether a token of any type is valid (Simple JWT's TokenVerifyView). Unlike there, the session and the account must
 * still stand: a logged-out or deactivated person's token is not valid.
 * @throws TokenError, ApiError 401; ValidationFailed for a blacklisted one, as in Simple JWT
 */
export async function verifyAnyToken({ token }: TokenVerifyInput, { now }: Context): Promise<Answer> {
  const claims = await verifyToken(token, null, now)
  if (settings().BLACKLIST_AFTER_ROTATION && (await isBlacklisted(database(), claims.jti))) {
    throw new ValidationFailed({ non_field_errors: ['token_blacklisted'] })
  }
  const user = await liveUser(claims, now)
  if (user === 'session_ended') throw new TokenError('Token is blacklisted')
  if (typeof user === 'string') throw new ApiError(401, { detail: 'No active account found for the given token.' })
  return { body: {} }
}

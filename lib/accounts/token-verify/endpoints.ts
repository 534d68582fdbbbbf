import * as z from 'zod/mini'
import { database } from '../../db/client.ts'
import { ApiError, TokenError, ValidationFailed } from '../../errors.ts'
import { text } from '../../fields/text.ts'
import { type Context, emptyShape, endpoint, type Result } from '../../http/endpoint.ts'
import { verifyToken } from '../../jwt/tokens.ts'
import { loadActiveUser } from '../../sessions/principal.ts'
import { settings } from '../../settings.ts'
import { mayHaveLostItsRow } from '../../tokens/refresh-token.ts'

const tokenVerifySchema = z.object({ token: text({ label: 'Token' }) })

type TokenVerifyInput = z.infer<typeof tokenVerifySchema>

export const tokenVerifyEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/token/verify/',
    name: 'Token Verify',
    description:
      "Takes a token and indicates if it is valid.  This view provides no\ninformation about a token's fitness for a particular use.",
    operationId: 'verifyToken',
    summary: 'Verify a token',
    tag: 'Tokens',
    responses: { 200: emptyShape },
    errorStatuses: [401],
    input: tokenVerifySchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'refresh' } },
  run: verifyAnyToken,
})

/**
 * Whether a token of any type is valid (Simple JWT's TokenVerifyView). Unlike there, the session and the account must
 * still stand, and a rotated token is spent, whatever BLACKLIST_AFTER_ROTATION says.
 * @throws TokenError, ApiError 401; ValidationFailed for a blacklisted one, as in Simple JWT
 */
export async function verifyAnyToken({ token }: TokenVerifyInput, { now }: Context): Promise<Result> {
  const claims = await verifyToken(token, null, now)
  const row = await database().outstandingToken.findUnique({ where: { jti: claims.jti }, include: { blacklisted: true } })
  if (row?.blacklisted && settings().BLACKLIST_AFTER_ROTATION) throw new ValidationFailed({ non_field_errors: ['token_blacklisted'] })
  const lost = !row && claims.type === 'refresh' && mayHaveLostItsRow(claims, now)
  if (row?.blacklisted || row?.rotatedAt || lost) throw new TokenError('Token is blacklisted')
  // A token of the original stands with the session that its refresh began.
  const user = await loadActiveUser({ ...claims, sid: claims.sid ?? row?.sessionId ?? null }, now)
  if (user === 'session_ended') throw new TokenError('Token is blacklisted')
  if (typeof user === 'string') throw new ApiError(401, { detail: 'No active account found for the given token.' })
  return { body: {} }
}

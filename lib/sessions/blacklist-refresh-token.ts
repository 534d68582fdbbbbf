/** Logging out an API client: its refresh token is blacklisted and its session ends, access tokens included. */
import { database } from '../db/client.ts'
import { uniqueViolation } from '../db/errors.ts'
import { TokenError } from '../errors.ts'
import { verifyToken } from '../gate/tokens.ts'
import { outstandingRow } from '../tokens/refresh-token.ts'
import { endSession } from './session.ts'

/**
 * @throws TokenError for a token that is not valid or blacklisted already; the session is over all the same
 */
export async function blacklistRefreshToken(token: string, now: Date): Promise<void> {
  const claims = await verifyToken(token, 'refresh', now)
  if (claims.sid !== null) await endSession(database(), claims.sid, 'logout', now)
  try {
    const row = await outstandingRow(database(), claims, token)
    await database().blacklistedToken.create({ data: { tokenId: row.id, blacklistedAt: now } })
  } catch (error) {
    // The unique column says that it is blacklisted; of requests at the same time, one wins.
    if (uniqueViolation(error) !== null) throw new TokenError('Token is blacklisted')
    throw error
  }
}

/** Logging out an API client: its refresh token is blacklisted and its session ends, access tokens included. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { database, type Transaction } from '../db/client.ts'
import { uniqueViolation } from '../db/errors.ts'
import { TokenError } from '../errors.ts'
import { verifyToken } from '../gate/tokens.ts'
import { outstandingRow } from '../tokens/refresh-token.ts'
import { endSession } from './session.ts'

/**
 * @throws TokenError for a token that is not valid or blacklisted already; the session is over all the same
 */
export async function blacklistRefreshToken(token: string, source: AuditSource): Promise<void> {
  const { now } = source
  const claims = await verifyToken(token, 'refresh', now)
  const event = (tx: Transaction) =>
    recordEvent(tx, 'logged_out', { actorId: claims.userId, subjectId: claims.userId, sessionId: claims.sid, detail: {} }, source)
  const { sid } = claims
  if (sid !== null) await database().$transaction(async (tx) => (await endSession(tx, sid, 'logout', now)) && event(tx))
  try {
    const row = await outstandingRow(database(), claims, token)
    await database().$transaction(async (tx) => {
      await tx.blacklistedToken.create({ data: { tokenId: row.id, blacklistedAt: now } })
      // A token of the original has no session whose end could be told.
      if (sid === null) await event(tx)
    })
  } catch (error) {
    // The unique column says that it is blacklisted; of requests at the same time, one wins.
    if (uniqueViolation(error) !== null) throw new TokenError('Token is blacklisted')
    throw error
  }
}

/** Logging out an API client: its refresh token is blacklisted and its session ends, access tokens included. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { database, lockSession, lockUser, uniqueViolation } from '../db/client.ts'
import { TokenError } from '../errors.ts'
import { type Claims, verifyToken } from '../jwt/tokens.ts'
import { outstandingRow } from '../tokens/refresh-token.ts'
import { revokeSession } from './session.ts'

/**
 * @throws TokenError for a token that is not valid or blacklisted already; the session is over all the same
 */
export async function blacklistRefreshToken(token: string, source: AuditSource): Promise<void> {
  const claims = await verifyToken(token, 'refresh', source.now)
  if (!(await blacklist(token, claims, source))) throw new TokenError('Token is blacklisted')
}

/** @returns false when it was blacklisted already */
async function blacklist(token: string, claims: Claims, source: AuditSource): Promise<boolean> {
  const { now } = source
  try {
    return await database().$transaction(async (tx) => {
      // Wait for a concurrent rotation, which holds the session's row. A token of the original names no session and is rotated
      // under the account's lock.
      const user = await lockUser(tx, claims.userId ?? 0)
      if (claims.sid !== null) await lockSession(tx, claims.sid)
      const row = await outstandingRow(tx, { ...claims, userId: user?.id ?? null }, token)
      const successor = row.successorJti ? await tx.outstandingToken.findUnique({ where: { jti: row.successorJti } }) : null
      const sid = claims.sid ?? row.sessionId ?? successor?.sessionId ?? null
      const blacklisting = { where: { tokenId: row.id }, update: {}, create: { tokenId: row.id, blacklistedAt: now } }
      const ended = sid !== null && (await revokeSession(tx, sid, 'logout', now))
      await tx.blacklistedToken.upsert(blacklisting)
      // A token of the original may have no session whose end could be told.
      if (ended || (sid === null && !row.blacklisted)) {
        const who = { actorId: claims.userId, subjectId: claims.userId, sessionId: sid }
        await recordEvent(tx, 'logged_out', { ...who, detail: {} }, source)
      }
      return row.blacklisted === null
    })
  } catch (error) {
    // A concurrent request created its row or blacklisted it: the next attempt sees that.
    if (uniqueViolation(error) !== null) return blacklist(token, claims, source)
    throw error
  }
}

/** Step-up: whether whoever holds a session proved lately to be its owner, since a stolen one proves nothing (ASVS 7.5.1, 7.5.2). */
import { type Database, database, type Transaction } from '../db/client.ts'
import { settings } from '../settings.ts'
import { activeSessionWhere } from './lifetimes.ts'
import type { Principal } from './principal.ts'

/**
 * Whether the session's owner logged in, or entered the password again, within REAUTHENTICATION_TIMEOUT. The row says so,
 * no claim does: a token cannot be older than what it is asked about. A token of the original names no session, so nobody
 * knows when its owner logged in: never.
 */
export async function isRecentlyAuthenticated(
  { user, claims }: Principal,
  now: Date,
  tx: Transaction | Database = database(),
): Promise<boolean> {
  if (claims.sid === null) return false
  const since = new Date(now.getTime() - settings().REAUTHENTICATION_TIMEOUT * 1000)
  return (await tx.session.count({ where: { id: claims.sid, userId: user.id, authenticatedAt: { gt: since } } })) > 0
}

/**
 * Writes down that a session's owner has just proved to be that.
 * @returns false when the session ended meanwhile, the password was replaced, or the token names no session
 */
export async function renewAuthentication(tx: Transaction, { user, claims }: Principal, now: Date): Promise<boolean> {
  if (claims.sid === null) return false
  const { count } = await tx.session.updateMany({
    where: { id: claims.sid, userId: user.id, user: { password: user.password, isActive: true }, ...activeSessionWhere(now) },
    data: { authenticatedAt: now },
  })
  return count > 0
}

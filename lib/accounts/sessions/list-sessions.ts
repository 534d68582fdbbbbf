import { describeDevice } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { activeSessionWhere, matchingSnapshotWhere, sessionExpiresAt } from '../../sessions/lifetimes.ts'
import type { Principal } from '../../sessions/principal.ts'
import type { SessionKind } from '../../sessions/session.ts'

/** Most sessions listed; an account has more only where a program logs in over and over. */
export const MAX_LISTED = 200

/** A session as its owner sees it. */
export interface ListedSession {
  /**
   * The `sid`. It stands readable in each of the session's tokens and names the session, no more: what opens it is a token's
   * signature, and nothing takes a `sid` instead.
   */
  id: string
  /** Whether it is the one that asks. */
  current: boolean
  kind: SessionKind
  /** Browser and system, or the program, in words. */
  device: string
  address: string | null
  createdAt: Date
  /** To the minute. */
  lastUsedAt: Date
  /** When it expires if it is not used again. */
  expiresAt: Date
}

/** An account's sessions that still stand: the one that asks first, then those used last (ASVS 7.5.2). */
export async function listSessions({ user, claims }: Principal, now: Date): Promise<ListedSession[]> {
  const rows = await database().session.findMany({
    where: { userId: user.id, id: { not: claims.sid ?? '' }, AND: [activeSessionWhere(now), matchingSnapshotWhere(user)] },
    orderBy: [{ lastUsedAt: 'desc' }, { createdAt: 'desc' }, { id: 'asc' }],
    take: MAX_LISTED - 1,
  })
  const own = claims.sid === null ? null : await database().session.findFirst({ where: { id: claims.sid, userId: user.id } })
  // A request that is under way is the last use.
  const current = own && { ...own, lastUsedAt: now }
  return [...(current ? [current] : []), ...rows].map((row) => ({
    id: row.id,
    current: row.id === claims.sid,
    kind: row.kind === 'browser' ? 'browser' : 'api',
    device: describeDevice(row.userAgent),
    address: row.ipAddress,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: sessionExpiresAt(row, user),
  }))
}

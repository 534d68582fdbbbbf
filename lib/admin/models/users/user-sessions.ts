import { recordEvent } from '../../../audit/audit.ts'
import { database, type Transaction } from '../../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { activeSessionWhere, matchingSnapshotWhere } from '../../../sessions/lifetimes.ts'
import { revokeAllSessions } from '../../../sessions/session.ts'
import { notFound, requireObjectId } from '../../core/object-id.ts'
import { delegateOf } from '../../core/rows.ts'
import { actorOf, lockUserForEdit, withPermissionAudit } from '../../core/user-guard.ts'
import { type SessionItem, sessionAdmin } from '../sessions/declaration.ts'

/** Most sessions of one account shown. */
const MAX_LISTED = 200

/** An account's sessions that still stand, the one used last first. */
export async function sessionsOfUser(userId: number, now: Date): Promise<SessionItem[]> {
  const user = await database().user.findUnique({ where: { id: userId }, select: { password: true, deactivations: true } })
  if (!user) return []
  const rows = await delegateOf(sessionAdmin).findMany({
    where: { userId, AND: [activeSessionWhere(now), matchingSnapshotWhere(user)] },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'asc' }],
    take: MAX_LISTED,
    ...sessionAdmin.read,
  })
  return sessionAdmin.items(rows)
}

/** @throws ApiError 404 */
export async function listUserSessions(_input: object, { params, now }: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(params.id)
  if ((await database().user.count({ where: { id } })) === 0) throw notFound()
  return { body: await sessionsOfUser(id, now) }
}

/**
 * Ends all sessions of an account; staff who do it to their own keep the one they are in.
 * @throws ApiError 404; PermissionDenied
 */
export async function endUserSessions(_input: object, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const ended = await withPermissionAudit(context, id, (tx) => endLocked(tx, id, context))
  return { status: 200, body: { sessions_ended: ended }, flash: { values: { count: String(ended) } } }
}

/** @returns how many sessions ended */
export async function endLocked(tx: Transaction, id: number, context: AuthenticatedContext): Promise<number> {
  const { user: actor, claims } = context.principal
  await lockUserForEdit(tx, context, id, 'accounts.change_user', () => false)
  const ended = await revokeAllSessions(tx, id, 'admin', context.now, actor.id === id ? claims.sid : null)
  const detail = { sessionsEnded: ended }
  await recordEvent(tx, 'user_sessions_ended', { ...actorOf(context), subjectId: id, detail }, context)
  return ended
}

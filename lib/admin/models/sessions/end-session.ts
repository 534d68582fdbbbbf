import { recordEvent } from '../../../audit/audit.ts'
import { database } from '../../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { activeSessionWhere } from '../../../sessions/lifetimes.ts'
import { revokeSession } from '../../../sessions/session.ts'
import { conflict, notFound } from '../../core/object-id.ts'
import { lockUserForEdit, withPermissionAudit } from '../../core/user-guard.ts'

/**
 * Ends one session of an account; its tokens and its cookie open nothing from the next request on.
 * @throws ApiError 404 for none, and for one that is over: a browser, whose list may be of a while ago, is told that it is;
 * 409 for the one that asks; PermissionDenied where the account has more permissions than the staff member
 */
export async function endOneSession(_input: object, context: AuthenticatedContext): Promise<Result> {
  const id = context.params.id as string
  const { user: actor, claims } = context.principal
  const session = await database().session.findUnique({ where: { id }, select: { userId: true } })
  if (!session) throw notFound()
  if (id === claims.sid) throw conflict('own_session', 'This is the session that you are in. Sign out instead.')
  const subjectId = session.userId
  const ended = await withPermissionAudit(context, subjectId, async (tx) => {
    await lockUserForEdit(tx, context, subjectId, 'accounts.change_user', () => false)
    const stood = (await tx.session.count({ where: { id, ...activeSessionWhere(context.now) } })) > 0
    if (!stood || !(await revokeSession(tx, id, 'admin', context.now))) return false
    await recordEvent(tx, 'session_ended', { actorId: actor.id, subjectId, sessionId: id, detail: { by: 'admin' } }, context)
    return true
  })
  if (!ended && context.client === 'api') throw notFound()
  return { status: 204, body: null, flash: { status: ended ? 'one_session_ended' : 'session_already_ended' } }
}

import { recordEvent } from '../../../audit/audit.ts'
import { database } from '../../../db/client.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../../http/endpoint.ts'
import { activeSessionWhere } from '../../../sessions/lifetimes.ts'
import { revokeSession } from '../../../sessions/session.ts'
import { listEndpoint } from '../../core/list-endpoints.ts'
import { conflict, notFound } from '../../core/object-id.ts'
import { lockUserForEdit, withPermissionAudit } from '../../core/user-guard.ts'
import { sessionAdmin, sessionShape } from './declaration.ts'

/**
 * Ends one session of an account; its tokens and its cookie open nothing from the next request on.
 * @throws ApiError 404 for none, and for one that is over: a browser, whose list may be of a while ago, is told that it is;
 * 409 for the one that asks; PermissionDenied where the account has more permissions than the staff member
 */
async function endOneSession(_input: object, context: AuthenticatedContext): Promise<Result> {
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

export const listAllSessionsEndpoint = listEndpoint(sessionAdmin, sessionShape, {
  name: 'Sessions',
  description: 'A page of all sessions, the newest first.',
  operationId: 'adminListSessions',
  summary: 'List all sessions',
})

export const endOneSessionEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/admin/sessions/{id}/',
    name: 'Session',
    description: 'Ends one session of an account, but not the one that asks.',
    operationId: 'adminEndSession',
    summary: 'End a session',
    tag: 'Administration',
    responses: { 204: null },
    errorStatuses: [409],
  },
  policy: {
    access: 'authenticated',
    permission: 'accounts.change_user',
    recentAuthentication: true,
    throttle: { policy: 'admin' },
  },
  form: { page: '/admin/sessions', success: '/admin/sessions' },
  run: endOneSession,
})

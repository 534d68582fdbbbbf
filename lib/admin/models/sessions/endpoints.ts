import { endpoint } from '../../../http/endpoint.ts'
import { listEndpoint } from '../../core/list-endpoints.ts'
import { sessionShape } from '../../shapes.ts'
import { sessionAdmin } from './declaration.ts'
import { endOneSession } from './end-session.ts'

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

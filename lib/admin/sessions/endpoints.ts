import { endpoint } from '../../http/endpoint.ts'
import { answerList, pageShape } from '../list-answer.ts'
import { listQuerySchema } from '../list-query.ts'
import { sessionShape } from '../shapes.ts'
import { sessionAdmin } from './declaration.ts'

export const listAllSessionsEndpoint = endpoint({
  method: 'GET',
  path: '/api/admin/sessions/',
  name: 'Sessions',
  description: 'A page of all sessions, the newest first.',
  operationId: 'adminListSessions',
  summary: 'List all sessions',
  tag: 'Administration',
  answers: { 200: pageShape(sessionShape) },
  access: 'authenticated',
  permission: 'sessions.view_session',
  throttle: { policy: 'admin' },
  query: listQuerySchema(sessionAdmin),
  run: (_input, context) => answerList(sessionAdmin, context),
})

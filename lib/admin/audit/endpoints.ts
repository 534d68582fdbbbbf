import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { exportQuerySchema, listQuerySchema } from '../list-query.ts'
import { CSV_TYPE, exportResult, listResult, pageShape } from '../list-result.ts'
import { listOfExport } from '../list-selection.ts'
import { auditAdmin } from './declaration.ts'

const eventShape = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    event: z.string(),
    outcome: z.string(),
    actor_id: z.nullable(z.int()),
    actor_email: z.nullable(z.string()),
    subject_id: z.nullable(z.int()),
    subject_email: z.nullable(z.string()),
    session_id: z.nullable(z.string()),
    ip_address: z.nullable(z.string()),
    user_agent: z.string(),
    request_id: z.string(),
    detail: z.looseObject({}),
  })
  .register(z.globalRegistry, { id: 'AuditEvent' })

const contract = { method: 'GET', tag: 'Administration' } as const

const policy = { access: 'authenticated', permission: 'admin.view_logentry', throttle: { policy: 'admin' } } as const

export const listAuditEndpoint = endpoint({
  contract: {
    ...contract,
    path: '/api/admin/audit/',
    name: 'Audit Log',
    description: 'A page of what happened, the newest first. `since` and `until` are times or dates in UTC; a date is included to its end.',
    operationId: 'adminListEvents',
    summary: 'Read the audit log',
    responses: { 200: pageShape(eventShape) },
    query: listQuerySchema(auditAdmin),
  },
  policy,
  run: (_input, context) => listResult(auditAdmin, context),
})

export const exportAuditEndpoint = endpoint({
  contract: {
    ...contract,
    path: '/api/admin/audit/export/',
    name: 'Audit Log Export',
    description: 'What happened, as CSV in the order of the list. What a spreadsheet would compute begins with an apostrophe.',
    operationId: 'adminExportEvents',
    summary: 'Download the audit log',
    responses: { 200: z.string() },
    mediaType: CSV_TYPE,
    query: exportQuerySchema(auditAdmin),
  },
  policy: {
    ...policy,
    sideEffects: true,
    throttle: { policy: 'export' },
    oneAtATime: true,
    recentAuthentication: { page: (fields) => listOfExport('/admin/audit', fields) },
  },
  run: (_input, context) =>
    exportResult(
      auditAdmin,
      ['id', 'at', 'event', 'outcome', 'actor_id', 'subject_id', 'session_id', 'ip_address', 'user_agent', 'request_id', 'detail'],
      'events_exported',
      context,
    ),
})

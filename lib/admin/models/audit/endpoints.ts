import { exportEndpoint, listEndpoint } from '../../core/list-endpoints.ts'
import { auditAdmin, eventShape } from './declaration.ts'

export const listAuditEndpoint = listEndpoint(auditAdmin, eventShape, {
  name: 'Audit Log',
  description: 'A page of what happened, the newest first. `since` and `until` are times or dates in UTC; a date is included to its end.',
  operationId: 'adminListEvents',
  summary: 'Read the audit log',
})

export const exportAuditEndpoint = exportEndpoint(
  auditAdmin,
  ['id', 'at', 'event', 'outcome', 'actor_id', 'subject_id', 'session_id', 'ip_address', 'user_agent', 'request_id', 'detail'],
  'events_exported',
  {
    name: 'Audit Log Export',
    description: 'What happened, as CSV in the order of the list. What a spreadsheet would compute begins with an apostrophe.',
    operationId: 'adminExportEvents',
    summary: 'Download the audit log',
  },
)

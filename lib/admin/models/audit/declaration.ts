import * as z from 'zod/mini'
import { AUDIT_EVENT_NAMES } from '../../../audit/events.ts'
import { type AuditEvent, database } from '../../../db/client.ts'
import { modelAdmin } from '../../core/declaration.ts'

/** An event of the audit log, as staff see it. */
export const eventShape = z
  .object({
    id: z.int(),
    /** ISO 8601, UTC. */
    at: z.iso.datetime(),
    event: z.string(),
    outcome: z.string(),
    actor_id: z.nullable(z.int()),
    /** null for no account, and for an account that is gone. */
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

export type EventItem = z.infer<typeof eventShape>

const eventItem = (row: AuditEvent, emails: Map<number | null, string>): EventItem => ({
  id: row.id,
  at: row.at.toISOString(),
  event: row.event,
  outcome: row.outcome,
  actor_id: row.actorId,
  actor_email: emails.get(row.actorId) ?? null,
  subject_id: row.subjectId,
  subject_email: emails.get(row.subjectId) ?? null,
  session_id: row.sessionId,
  ip_address: row.ipAddress,
  user_agent: row.userAgent,
  request_id: row.requestId,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
})

async function eventItems(rows: AuditEvent[]): Promise<EventItem[]> {
  const accounts = [...new Set(rows.flatMap(({ actorId, subjectId }) => [actorId, subjectId]).filter((id) => id !== null))]
  const users = await database().user.findMany({ where: { id: { in: accounts } }, select: { id: true, email: true } })
  const emails = new Map<number | null, string>(users.map(({ id, email }) => [id, email]))
  return rows.map((row) => eventItem(row, emails))
}

/** The audit log, which cannot be changed. Who may see Django's log entries may see it. */
export const auditAdmin = modelAdmin({
  appLabel: 'admin',
  model: 'logentry',
  path: 'audit',
  verboseName: 'event',
  verboseNamePlural: 'events',
  title: 'Audit log',
  exported: true,
  delegate: 'auditEvent',
  table: 'accounts_auditevent',
  key: { column: 'id' },
  fields: {
    id: { label: 'ID', kind: 'integer', column: 'id' },
    at: { label: 'Time', kind: 'datetime', column: 'at' },
    event: { label: 'Event', kind: 'text', column: 'event' },
    outcome: { label: 'Outcome', kind: 'text', column: 'outcome' },
    actor_id: { label: 'Actor', kind: 'account', column: 'actorId' },
    subject_id: { label: 'Subject', kind: 'account', column: 'subjectId' },
    session_id: { label: 'Session', kind: 'code', column: 'sessionId' },
    ip_address: { label: 'IP address', kind: 'code', column: 'ipAddress' },
    user_agent: { label: 'Program', kind: 'text', column: 'userAgent' },
    request_id: { label: 'Request', kind: 'code', column: 'requestId' },
    detail: { label: 'Detail', kind: 'text', column: 'detail' },
  },
  listDisplay: ['at', 'event', 'outcome', 'actor_id', 'subject_id', 'ip_address'],
  listOptional: ['detail', 'session_id', 'user_agent', 'request_id', 'id'],
  sortableBy: ['id'],
  listFilter: [
    { field: 'event', title: 'event', kind: 'choice', choices: AUDIT_EVENT_NAMES },
    { field: 'outcome', title: 'outcome', kind: 'choice', choices: ['success', 'failure'] },
    { field: 'actor_email', title: 'actor’s email', kind: 'email', column: 'actorId' },
    { field: 'actor_id', title: 'actor’s number', kind: 'integer' },
    { field: 'subject_email', title: 'subject’s email', kind: 'email', column: 'subjectId' },
    { field: 'subject_id', title: 'subject’s number', kind: 'integer' },
    { field: 'ip_address', title: 'IP address', kind: 'text' },
    { field: 'request_id', title: 'request', kind: 'text' },
    { field: 'since', title: 'since', kind: 'since', column: 'at' },
    { field: 'until', title: 'until', kind: 'until', column: 'at', wholeDay: true },
  ],
  ordering: ['-id'],
  items: eventItems,
})

import * as z from 'zod/mini'
import { describeDevice } from '../../../audit/audit.ts'
import type { Session, User } from '../../../db/client.ts'
import { sessionExpiresAt } from '../../../sessions/lifetimes.ts'
import { modelAdmin } from '../../core/declaration.ts'

/** A session as staff see it. */
export const sessionShape = z
  .object({
    id: z.string(),
    user_id: z.int(),
    email: z.string(),
    kind: z.string(),
    /** Browser and system in words, as the client claims them. */
    device: z.string(),
    ip_address: z.nullable(z.string()),
    /** ISO 8601, UTC. */
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    /** When it expires unless it is used again. */
    expires_at: z.iso.datetime(),
    ended_at: z.nullable(z.iso.datetime()),
    end_reason: z.nullable(z.string()),
  })
  .register(z.globalRegistry, { id: 'AdminSession' })

export type SessionItem = z.infer<typeof sessionShape>

/** What a session's kind is called. */
export const SESSION_KINDS: Readonly<Record<string, string>> = { browser: 'Browser', api: 'API client' }

/** All sessions, the newest first. */
export const sessionAdmin = modelAdmin({
  appLabel: 'sessions',
  model: 'session',
  path: 'sessions',
  verboseName: 'session',
  verboseNamePlural: 'sessions',
  delegate: 'session',
  table: 'accounts_session',
  key: { column: 'id', text: true },
  fields: {
    id: { label: 'ID', kind: 'code', column: 'id' },
    user_id: { label: 'User', kind: 'account', column: 'userId' },
    kind: { label: 'Kind', kind: 'text', column: 'kind' },
    ip_address: { label: 'IP address', kind: 'code', column: 'ipAddress' },
    created_at: { label: 'Signed in', kind: 'datetime', column: 'createdAt' },
    last_used_at: { label: 'Last used', kind: 'datetime', column: 'lastUsedAt' },
    state: { label: 'State', kind: 'text' },
    expires_at: { label: 'Expires', kind: 'datetime', column: 'expiresAt' },
    ended_at: { label: 'Ended', kind: 'datetime', column: 'endedAt', nullable: true },
  },
  listDisplay: ['user_id', 'kind', 'ip_address', 'created_at', 'last_used_at', 'state'],
  listOptional: ['expires_at', 'ended_at', 'id'],
  sortableBy: ['created_at'],
  listFilter: [
    { field: 'user_email', title: 'user’s email', kind: 'email', column: 'userId' },
    { field: 'user_id', title: 'user’s number', kind: 'integer' },
    { field: 'kind', title: 'kind', kind: 'choice', choices: Object.keys(SESSION_KINDS), choiceLabels: SESSION_KINDS },
    { field: 'ip_address', title: 'IP address', kind: 'text' },
    { field: 'ended', title: 'ended', kind: 'isSet', column: 'endedAt' },
  ],
  ordering: ['-created_at', '-id'],
  read: { include: { user: { select: { email: true, isStaff: true } } } },
  items: (rows: (Session & { user: Pick<User, 'email' | 'isStaff'> })[]): SessionItem[] =>
    rows.map((row) => ({
      id: row.id,
      user_id: row.userId,
      email: row.user.email,
      kind: row.kind,
      device: describeDevice(row.userAgent),
      ip_address: row.ipAddress,
      created_at: row.createdAt.toISOString(),
      last_used_at: row.lastUsedAt.toISOString(),
      expires_at: sessionExpiresAt(row, row.user).toISOString(),
      ended_at: row.endedAt?.toISOString() ?? null,
      end_reason: row.endReason,
    })),
})

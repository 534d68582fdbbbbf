import * as z from 'zod/mini'
import type { OutboxMail } from '../../../db/client.ts'
import { EMAIL_TYPES, emailLabel, emailStatus } from '../../../mail/email-types.ts'
import { secretsForEmail } from '../../../tokens/one-time-token.ts'
import { modelAdmin } from '../../core/declaration.ts'

/** A mail as staff see it: neither what it says nor any link or code of it. */
export const mailShape = z
  .object({
    id: z.int(),
    kind: z.string(),
    recipient: z.string(),
    user_id: z.nullable(z.int()),
    state: z.enum(['waiting', 'sent', 'failed']),
    /** Whether it has not been sent and carries a link or code that does not count any more: it is not sent again. */
    outdated: z.boolean(),
    attempts: z.int(),
    /** What the last attempt failed of, in the mail worker's words; they quote no address. */
    last_error: z.nullable(z.string()),
    /** ISO 8601, UTC. */
    created_at: z.iso.datetime(),
    /** When it is tried next; null where it is not to be. */
    next_attempt_at: z.nullable(z.iso.datetime()),
    sent_at: z.nullable(z.iso.datetime()),
    failed_at: z.nullable(z.iso.datetime()),
  })
  .register(z.globalRegistry, { id: 'OutboxMail' })

export type MailItem = z.infer<typeof mailShape>

type Row = Pick<OutboxMail, 'id' | 'sentAt' | 'oneTimeTokenId'>

/** Those whose link or code does not count any more, as the mail worker asks before sending. */
async function outdatedAmong(rows: Row[], now = new Date()): Promise<Set<number>> {
  const unsent = rows.filter(({ sentAt }) => sentAt === null)
  const found = await Promise.all(
    unsent.map(async ({ id, oneTimeTokenId: token }) => (token !== null && (await secretsForEmail(token, now)) === null ? [id] : [])),
  )
  return new Set(found.flat())
}

const STATES = {
  waiting: { sentAt: null, failedAt: null },
  sent: { sentAt: { not: null } },
  failed: { failedAt: { not: null } },
}

/** All mail of the last days, the newest first. */
export const outboxAdmin = modelAdmin({
  appLabel: 'accounts',
  model: 'outboxmail',
  path: 'outbox',
  verboseName: 'mail',
  verboseNamePlural: 'mails',
  title: 'Outbox',
  delegate: 'outboxMail',
  table: 'accounts_outboxmail',
  key: { column: 'id' },
  fields: {
    id: { label: 'ID', kind: 'integer', column: 'id' },
    recipient: { label: 'Recipient', kind: 'code', column: 'recipient' },
    kind: { label: 'Kind', kind: 'text', column: 'kind' },
    state: { label: 'State', kind: 'text' },
    user_id: { label: 'User', kind: 'account', column: 'userId' },
    created_at: { label: 'Written', kind: 'datetime', column: 'createdAt' },
  },
  listDisplay: ['recipient', 'kind', 'state', 'created_at'],
  listOptional: ['user_id', 'id'],
  sortableBy: ['id'],
  listFilter: [
    {
      field: 'state',
      title: 'state',
      kind: 'choice',
      choices: ['waiting', 'sent', 'failed'],
      choiceLabels: { failed: 'Failed' },
      where: (state) => STATES[state as keyof typeof STATES],
    },
    {
      field: 'kind',
      title: 'kind',
      kind: 'choice',
      choices: EMAIL_TYPES,
      choiceLabels: Object.fromEntries(EMAIL_TYPES.map((kind) => [kind, emailLabel(kind)])),
    },
    { field: 'recipient', title: 'recipient', kind: 'text' },
    { field: 'user_email', title: 'user’s email', kind: 'email', column: 'userId' },
    { field: 'user_id', title: 'user’s number', kind: 'integer' },
  ],
  ordering: ['-id'],
  // Nothing of what it says is even read.
  read: { omit: { subject: true, text: true, html: true, messageId: true, leaseId: true } },
  items: async (rows: OutboxMail[]): Promise<MailItem[]> => {
    const outdated = await outdatedAmong(rows)
    return rows.map((row) => {
      const state = emailStatus(row)
      return {
        id: row.id,
        kind: row.kind,
        recipient: row.recipient,
        user_id: row.userId,
        state,
        outdated: outdated.has(row.id),
        attempts: row.attempts,
        last_error: row.lastError,
        created_at: row.createdAt.toISOString(),
        next_attempt_at: state === 'waiting' ? row.nextAttemptAt.toISOString() : null,
        sent_at: row.sentAt?.toISOString() ?? null,
        failed_at: row.failedAt?.toISOString() ?? null,
      }
    })
  },
})

import * as z from 'zod/mini'
import { endpoint } from '../../../http/endpoint.ts'
import { listEndpoint } from '../../core/list-endpoints.ts'
import { outboxAdmin } from './declaration.ts'
import { resendMail } from './resend-mail.ts'

const mailShape = z
  .object({
    id: z.int(),
    kind: z.string(),
    recipient: z.string(),
    user_id: z.nullable(z.int()),
    state: z.enum(['waiting', 'sent', 'failed']),
    outdated: z.boolean(),
    attempts: z.int(),
    last_error: z.nullable(z.string()),
    created_at: z.iso.datetime(),
    next_attempt_at: z.nullable(z.iso.datetime()),
    sent_at: z.nullable(z.iso.datetime()),
    failed_at: z.nullable(z.iso.datetime()),
  })
  .register(z.globalRegistry, { id: 'OutboxMail' })

const contract = { tag: 'Administration' } as const

const policy = { access: 'authenticated', throttle: { policy: 'admin' } } as const

export const listOutboxEndpoint = listEndpoint(outboxAdmin, mailShape, {
  name: 'Outbox',
  description: 'A page of the mail, the newest first, with what became of it; never what it says.',
  operationId: 'adminListMails',
  summary: 'List the mail',
})

export const resendMailEndpoint = endpoint({
  contract: {
    ...contract,
    method: 'POST',
    path: '/api/admin/outbox/{id}/resend/',
    name: 'Resend Mail',
    description: 'Has a mail that failed or waits for its next attempt, sent at once.',
    operationId: 'adminResendMail',
    summary: 'Send a mail again',
    responses: { 200: mailShape },
    errorStatuses: [409],
  },
  policy: { ...policy, permission: 'accounts.change_outboxmail' },
  form: { page: '/admin/outbox', success: '/admin/outbox', status: 'mail_resent' },
  run: resendMail,
})

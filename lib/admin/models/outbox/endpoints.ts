import { recordEvent } from '../../../audit/audit.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../../http/endpoint.ts'
import { type ResendProblem, resendEmail } from '../../../mail/list-emails.ts'
import { settings } from '../../../settings.ts'
import { listEndpoint } from '../../core/list-endpoints.ts'
import { loadObjects } from '../../core/list-objects.ts'
import { conflict, notFound, requireObjectId } from '../../core/object-id.ts'
import { actorOf } from '../../core/user-guard.ts'
import { mailShape, outboxAdmin } from './declaration.ts'

export const listOutboxEndpoint = listEndpoint(outboxAdmin, mailShape, {
  name: 'Outbox',
  description: 'A page of the mail, the newest first, with what became of it; never what it says.',
  operationId: 'adminListMails',
  summary: 'List the mail',
})

/** Why a mail is not sent again. */
const AGAINST = {
  waiting: ['mail_waiting', 'This mail is being sent already.'],
  sent: ['mail_sent', 'This mail was sent, and what it said is not kept. Its reader can ask for another one.'],
  outdated: ['email_link_expired', 'This mail carries a link that does not count any more. Its reader has to ask for a new one.'],
} as const satisfies Record<Exclude<ResendProblem, 'unknown'>, readonly [code: string, detail: string]>

/** Where nothing sends mail at all. */
const KEPT_HERE = 'No mail server is configured (SMTP_URL): the mail stays in the outbox.'

/**
 * Puts a mail that failed or waits for its next attempt, back to be sent at once.
 * @throws ApiError 404; 409 for one that was sent, is under way, or whose link does not count any more
 */
async function resendMail(_input: object, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const [before] = await loadObjects(outboxAdmin, [id])
  const who = { ...actorOf(context), subjectId: before?.user_id ?? null }
  const problem = await resendEmail(id, context.now, (tx) =>
    recordEvent(tx, 'mail_resent', { ...who, detail: { mail: id, kind: before?.kind ?? '' } }, context),
  )
  if (problem === 'unknown') throw notFound()
  if (problem !== null) {
    const [code, detail] = AGAINST[problem]
    throw conflict(code, problem === 'waiting' && !settings().SMTP_URL ? KEPT_HERE : detail)
  }
  const [mail] = await loadObjects(outboxAdmin, [id])
  if (!mail) throw notFound()
  return { body: mail, flash: { values: { object: mail.recipient } } }
}

export const resendMailEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/admin/outbox/{id}/resend/',
    name: 'Resend Mail',
    description: 'Has a mail that failed or waits for its next attempt, sent at once.',
    operationId: 'adminResendMail',
    summary: 'Send a mail again',
    tag: 'Administration',
    responses: { 200: mailShape },
    errorStatuses: [409],
  },
  policy: { access: 'authenticated', permission: 'accounts.change_outboxmail', throttle: { policy: 'admin' } },
  form: { page: '/admin/outbox', success: '/admin/outbox', status: 'mail_resent' },
  run: resendMail,
})

import { recordEvent } from '../../../audit/audit.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { type ResendProblem, resendEmail } from '../../../mail/list-emails.ts'
import { settings } from '../../../settings.ts'
import { loadObjects } from '../../core/list-objects.ts'
import { conflict, notFound, requireObjectId } from '../../core/object-id.ts'
import { outboxAdmin } from './declaration.ts'

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
export async function resendMail(_input: object, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const { user, claims } = context.principal
  const [before] = await loadObjects(outboxAdmin, [id])
  const who = { actorId: user.id, subjectId: before?.user_id ?? null, sessionId: claims.sid }
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

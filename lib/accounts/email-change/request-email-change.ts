import { recordEvent } from '../../audit/audit.ts'
import { confirmIdentity } from '../../authentication/identify.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import { type FieldErrors, Throttled } from '../../errors.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { enqueueEmail, type OutboxEntry, takeChangeBudget, takeEmailBudget } from '../../mail/outbox.ts'
import { settings } from '../../settings.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { mailRecoveryLink } from '../password-reset/recovery-link.ts'
import { changeRequestedNotice, confirmChangeEmail, emailTakenNotice } from './emails.ts'
import type { RequestChangeInput } from './schema.ts'

const ANSWER = { body: { detail: 'A link to confirm the change has been sent to the new address.' } }

/** What the schema cannot know: whether the address is another than the account's own. */
export async function checkNewEmail({ email }: Partial<RequestChangeInput>, { principal }: AuthenticatedContext): Promise<FieldErrors> {
  return email !== undefined && canonicalEmail(principal.user.email) === email ? { email: ['email_unchanged'] } : {}
}

/**
 * Mails a link to the new address; nothing changes until it is confirmed there (EV-5). Whether the address is free shows
 * neither in the answer nor in its time (EN-3).
 * @throws ValidationFailed when the password is wrong; ReauthenticationRequired; Throttled when the account has asked for this address too often
 */
export async function requestEmailChange({ email, password }: RequestChangeInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await confirmIdentity(context.principal, password, 'password', context)
  const wait = await withMinimumDuration(async () => askForChange(user, email, await findUserByEmail(email), claims.sid, context))
  if (wait > 0) throw new Throttled(wait)
  return { ...ANSWER, flash: { values: { sent_to: email } } }
}

/** @returns 0; where the account has asked for the address too often, the seconds until it may again, and nothing is changed */
function askForChange(
  user: User,
  email: string,
  owner: User | null,
  sessionId: string | null,
  context: AuthenticatedContext,
): Promise<number> {
  const { now } = context
  return database().$transaction(async (tx) => {
    const wait = await takeChangeBudget(tx, email, user.id, now)
    if (wait > 0) return wait
    // Whether an email can be sent depends on the address's resets, which count only for accounts. So the change is pending
    // either way, also without an email; one that is not sent leaves the previous link working.
    const isSent = await takeEmailBudget(tx, 'email_change', email, user.id, now)
    const more = { email, keepSameEmail: !isSent }
    const token = await issueOneTimeToken(tx, user, 'email_change', settings().EMAIL_CHANGE_TIMEOUT, now, more)
    if (isSent) await writeToNewAddress(tx, user, email, owner, token, context)
    const content = changeRequestedNotice(user, email, context)
    await enqueueEmail(tx, { kind: 'email_change_notice', recipient: user.email, userId: user.id, content }, now)
    await recordEvent(tx, 'email_change_requested', { actorId: user.id, subjectId: user.id, sessionId, detail: { to: email } }, context)
    await context.storeResult(tx, ANSWER)
    return 0
  })
}

/** Whose the address is only its mailbox is told. */
async function writeToNewAddress(
  tx: Transaction,
  user: User,
  email: string,
  owner: User | null,
  token: number,
  context: AuthenticatedContext,
) {
  const options = { exceptUserId: user.id, counted: true }
  if (!owner?.isActive && (await mailRecoveryLink(tx, email, owner, context, options))) return
  const issueToken = async () => token
  const message: Omit<OutboxEntry, 'counted'> = owner
    ? { kind: 'already_registered', recipient: owner.email, userId: owner.id, content: emailTakenNotice(context) }
    : { kind: 'email_change', recipient: email, userId: user.id, issueToken, content: confirmChangeEmail(context) }
  await enqueueEmail(tx, { ...message, counted: true }, context.now)
}

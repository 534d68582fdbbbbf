import { recordEvent } from '../../audit/audit.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import { type FieldErrors, ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { makePassword } from '../../passwords/hash.ts'
import { passwordProblems, similarityAttributes } from '../../passwords/policy.ts'
import { noteResetPassword } from '../../tokens/done-by-link.ts'
import { type ActiveToken, consumeOrThrow, invalidateOneTimeTokens } from '../../tokens/one-time-token.ts'
import { verifyByMailbox } from '../../users/verify-by-mailbox.ts'
import { forgetLinks, knownEmailCookie } from '../../web/cookies.ts'
import { replacePassword } from '../password-change/replace-password.ts'
import { CONFIRM_PAGE, findResetLink } from './reset-link.ts'
import { clearedResetRequestCookie } from './reset-request-cookie.ts'
import type { ConfirmResetInput } from './schema.ts'

/** What the schema cannot know: whether the link counts, and whether the password will do for its account. */
export async function checkReset({ token, password }: Partial<ConfirmResetInput>, { now }: Context): Promise<FieldErrors> {
  if (token === undefined) return {}
  const found = await findResetLink(token, now)
  if (typeof found === 'string') return { token: [found] }
  const problems = password === undefined ? [] : await passwordProblems(password, similarityAttributes(found.user))
  return problems.length > 0 ? { password: problems } : {}
}

/**
 * Sets a new password by an emailed link (RS-1 to RS-6). The link verifies the email address, so whatever someone else may have
 * prepared in the account ends: password, sessions, pending changes, other links (SU-5). It logs no one in (ASVS 6.4.3).
 * @throws ValidationFailed when the link is not valid, or was used first by another request
 */
export async function confirmPasswordReset({ token, password }: ConfirmResetInput, context: Context): Promise<Result> {
  const link = await findResetLink(token, context.now)
  if (typeof link === 'string') throw new ValidationFailed({ token: [link] })
  const passwordHash = await makePassword(password)
  const ended = await database().$transaction(async (tx) => {
    await consumeOrThrow(tx, link, context.now)
    return putInForce(tx, link, passwordHash, context)
  })
  return {
    body: { detail: 'The password has been changed.' },
    setCookies: [forgetLinks(context.cookies, CONFIRM_PAGE, token), knownEmailCookie(link.user.email), clearedResetRequestCookie()],
    flash: { values: { sessions_ended: String(ended) } },
  }
}

/**
 * The mailbox is verified, so a closed account comes back, and a stranger who signed it up and closed it has lost it (SU-5).
 * @throws ValidationFailed, which takes the transaction back, when staff or the deletion were faster
 */
async function restoreIfClosed(tx: Transaction, { id, isActive }: User, context: Context): Promise<void> {
  if (isActive) return
  const { count } = await tx.user.updateMany({
    where: { id, isActive: false, deletionDueAt: { gt: context.now } },
    data: { isActive: true, deletionDueAt: null },
  })
  if (count === 0) throw new ValidationFailed({ token: ['token_replaced'] })
  await invalidateOneTimeTokens(tx, id, ['account_deletion_undo'], context.now)
  await recordEvent(tx, 'account_deletion_undone', { actorId: id, subjectId: id, detail: {} }, context)
}

/** @returns how many sessions ended */
async function putInForce(tx: Transaction, { row, user }: ActiveToken, passwordHash: string, context: Context): Promise<number> {
  const ended = await replacePassword(tx, user, passwordHash, { reason: 'password_reset' }, context)
  await noteResetPassword(tx, row.id, { email: user.email, password: passwordHash })
  await recordEvent(tx, 'password_reset', { actorId: user.id, subjectId: user.id, detail: { sessionsEnded: ended } }, context)
  await restoreIfClosed(tx, user, context)
  await verifyByMailbox(tx, row, 'password_reset', context)
  return ended
}

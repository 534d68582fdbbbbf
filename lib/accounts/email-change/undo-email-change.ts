import { recordEvent } from '../../audit/audit.ts'
import { removePasskeys } from '../../credentials/remove-passkeys.ts'
import { database, type Transaction } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { makeUnusablePassword } from '../../passwords/hash.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { type ActiveToken, consumeOrThrow, invalidateOneTimeTokens } from '../../tokens/one-time-token.ts'
import { withAvailableUsername } from '../../users/create-user.ts'
import { findUserByEmail } from '../../users/user.ts'
import { forgetLinks } from '../../web/cookies.ts'
import { mailPasswordResetLink } from '../password-reset/reset-link.ts'
import { changeEmail, findChangeLink, UNDO_PAGE } from './change-links.ts'
import { changeUndoneNotice, restoredAddressEmail } from './emails.ts'
import type { LinkInput } from './schema.ts'

/**
 * Returns an account to the owner of its former email (RS-7): the email is restored, every session ends, the current password
 * becomes invalid, passkeys are removed, a pending deletion is cancelled, and a password reset begins. Links of later changes become
 * invalid, those of earlier ones stay valid: the earliest owner has the last word.
 * @throws ValidationFailed when the link is not valid, or the email now belongs to another account
 */
export async function undoEmailChange({ token }: LinkInput, context: Context): Promise<Result> {
  const { now } = context
  const link = await findChangeLink('email_change_undo', token, now)
  if (typeof link === 'string') throw new ValidationFailed({ token: [link] })
  const { email, userId } = link.row
  const holder = await findUserByEmail(email)
  if (holder && holder.id !== userId) throw new ValidationFailed({ email: ['unique:email'] })
  await withAvailableUsername(email, (username) => database().$transaction((tx) => takeBack(tx, link, username, context)))
  return {
    body: { detail: 'The change of the email address has been undone. A link to choose a new password has been sent.' },
    setCookies: [forgetLinks(context.cookies, UNDO_PAGE, token)],
    flash: { values: { email } },
  }
}

async function takeBack(tx: Transaction, link: ActiveToken, username: string, context: Context): Promise<void> {
  const { now } = context
  const { email, userId, id } = link.row
  await consumeOrThrow(tx, link, now)
  // Asked again: staff may have shut the account out since the link was looked at.
  const open = { id: userId, OR: [{ isActive: true }, { deletionDueAt: { not: null } }] }
  const { count } = await tx.user.updateMany({ where: open, data: { isActive: true, deletionDueAt: null } })
  if (count === 0) throw new ValidationFailed({ token: ['token_replaced'] })
  const former = await tx.user.findUniqueOrThrow({ where: { id: userId } })
  const restored = await changeEmail(tx, former, { email, username, password: makeUnusablePassword() }, now)
  await invalidateOneTimeTokens(tx, userId, ['email_change', 'email_verification', 'account_deletion_undo'], now)
  await invalidateOneTimeTokens(tx, userId, ['email_change_undo'], now, id)
  await revokeAllSessions(tx, userId, 'email_change', now)
  await tx.knownDevice.deleteMany({ where: { userId } })
  const passkeys = await tx.passkey.findMany({ where: { userId } })
  await removePasskeys(tx, passkeys, { by: 'email_change_undone', actorId: userId }, context)
  await mailPasswordResetLink(tx, restored, restoredAddressEmail, context, { kind: 'address_restored' })
  if (former.email !== email) {
    const content = changeUndoneNotice(context)
    await enqueueEmail(tx, { kind: 'email_change_undone', recipient: former.email, userId, content }, now)
  }
  const detail = { from: former.email, to: email }
  await recordEvent(tx, 'email_change_undone', { actorId: userId, subjectId: userId, detail }, context)
}

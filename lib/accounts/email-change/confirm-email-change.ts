import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { canonicalEmail } from '../../fields/email.ts'
import { forgetLinks } from '../../gate/opened-links.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { postLetter } from '../../mail/outbox.ts'
import { settings } from '../../settings.ts'
import { issueOneTimeToken, requireOneTimeToken, voidOneTimeTokens } from '../../tokens/one-time-token.ts'
import { availableUsername } from '../../users/create-user.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import { moveToAddress } from '../../users/move-to-address.ts'
import { CONFIRM_PAGE, findChangeLink } from './change-links.ts'
import { changeDoneLetter, changedLetter } from './mail.ts'
import type { LinkInput } from './schema.ts'

/**
 * Puts a change of address in force: the link proves the new mailbox. The former address gets a link that undoes it, which
 * is bound to nothing that a thief could change (RS-7).
 * @throws ValidationFailed when the link does not count, or the address has become another account's
 */
export async function confirmEmailChange({ token }: LinkInput, context: Context): Promise<Answer> {
  const { now } = context
  const link = await findChangeLink('email_change', token, now)
  if (typeof link === 'string') throw new ValidationFailed({ token: [link] })
  const { row, user } = link
  // Rows of the original may spell the address otherwise, which the unique index would not notice.
  if (await findUserByEmail(row.email)) throw new ValidationFailed({ email: ['unique:email'] })
  const username = await availableUsername(row.email)
  await database().$transaction(async (tx) => {
    await requireOneTimeToken(tx, link, now)
    const changed = await moveToAddress(tx, user, { email: row.email, username }, now)
    await voidOneTimeTokens(tx, user.id, ['password_reset', 'email_change', 'email_verification'], now)
    const more = { email: canonicalEmail(user.email) ?? user.email, keepOthers: true }
    const oneTimeTokenId = await issueOneTimeToken(tx, changed, 'email_change_undo', settings().EMAIL_CHANGE_UNDO_TIMEOUT, now, more)
    const letter = { kind: 'email_changed' as const, userId: user.id }
    await postLetter(tx, { ...letter, recipient: user.email, oneTimeTokenId, content: changedLetter(row.email, context) }, now)
    await postLetter(tx, { ...letter, recipient: row.email, content: changeDoneLetter(context) }, now)
    const who = { actorId: user.id, subjectId: user.id }
    await recordEvent(tx, 'email_changed', { ...who, detail: { from: user.email, to: row.email } }, context)
    await recordEvent(tx, 'email_verified', { ...who, detail: { by: 'email_change' } }, context)
  })
  return {
    body: { detail: 'The email address has been changed.' },
    setCookies: [forgetLinks(context.cookies, CONFIRM_PAGE, token)],
    shown: { email: row.email },
  }
}

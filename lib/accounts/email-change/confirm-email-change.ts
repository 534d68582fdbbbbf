import { recordEvent } from '../../audit/audit.ts'
import { confirmPassword } from '../../authentication/identify.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import { ReauthenticationRequired, ValidationFailed } from '../../errors.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { isUsablePassword } from '../../passwords/hash.ts'
import { settings } from '../../settings.ts'
import {
  type ActiveToken,
  consumeOrThrow,
  findReservation,
  invalidateOneTimeTokens,
  issueOneTimeToken,
  takeAttempt,
} from '../../tokens/one-time-token.ts'
import { withAvailableUsername } from '../../users/create-user.ts'
import { findUserByEmail } from '../../users/user.ts'
import { forgetLinks, knownEmailCookie } from '../../web/cookies.ts'
import { CONFIRM_PAGE, changeEmail, findChangeLink } from './change-links.ts'
import { changeConfirmedNotice, changedNotice } from './emails.ts'
import type { ConfirmChangeInput } from './schema.ts'

/** Wrong passwords that a link survives. */
const PASSWORD_ATTEMPTS = 10

const isSignedInAs = ({ id }: User, { principal, browserPrincipal }: Context) => (principal ?? browserPrincipal)?.user.id === id

/**
 * Puts a change of address in force: the link proves the new mailbox, and the account's session or password whose change it
 * is. The former address gets a link that undoes it, which
 * is bound to nothing that a thief could change (RS-7).
 * @throws ValidationFailed when the link does not count, the password is missing or wrong, or the address has become
 * another account's or is reserved for one
 */
export async function confirmEmailChange({ token, password }: ConfirmChangeInput, context: Context): Promise<Result> {
  const { now } = context
  const link = await findChangeLink('email_change', token, now)
  if (typeof link === 'string') throw new ValidationFailed({ token: [link] })
  const { row } = link
  await requireOwner(link, password, context)
  // Rows of the original may spell the address otherwise, which the unique index would not notice.
  if (await findUserByEmail(row.email)) throw new ValidationFailed({ email: ['unique:email'] })
  await withAvailableUsername(row.email, (username) => database().$transaction((tx) => putInForce(tx, link, username, context)))
  return {
    body: { detail: 'The email address has been changed.' },
    setCookies: [forgetLinks(context.cookies, CONFIRM_PAGE, token), knownEmailCookie(row.email)],
    flash: { values: { email: row.email } },
  }
}

/**
 * The link shows who reads the new mailbox, not that the change is theirs: a stranger may have asked for it, to have their
 * own account's address verified by a click (SU-5). So the account's session or password is needed, too.
 * @throws ValidationFailed on `password`, or on `token` after too many wrong passwords; ReauthenticationRequired where the account
 * has no password and is not signed in to
 */
async function requireOwner({ row, user }: ActiveToken, password: string | undefined, context: Context): Promise<void> {
  if (password === undefined) {
    if (isSignedInAs(user, context)) return
    if (!isUsablePassword(user.password)) throw new ReauthenticationRequired()
    throw new ValidationFailed({ password: ['required'] })
  }
  if (!(await takeAttempt(row, PASSWORD_ATTEMPTS))) throw new ValidationFailed({ token: ['token_replaced'] })
  await confirmPassword(user, password, 'password', context)
}

async function putInForce(tx: Transaction, link: ActiveToken, username: string, context: Context): Promise<void> {
  const { now } = context
  const { row, user } = link
  await consumeOrThrow(tx, link, now)
  const changed = await changeEmail(tx, user, { email: row.email, username }, now)
  // Asked after the row has the address: an account that leaves it at this moment has reserved it by then.
  if (await findReservation(tx, row.email, now, user.id)) throw new ValidationFailed({ email: ['unique:email'] })
  await invalidateOneTimeTokens(tx, user.id, ['password_reset', 'email_change', 'email_verification'], now)
  const more = { email: canonicalEmail(user.email) ?? user.email, keepOthers: true }
  const issueToken = () => issueOneTimeToken(tx, changed, 'email_change_undo', settings().EMAIL_CHANGE_UNDO_TIMEOUT, now, more)
  const message = { kind: 'email_changed' as const, userId: user.id }
  await enqueueEmail(tx, { ...message, recipient: user.email, issueToken, content: changedNotice(user, row.email, context) }, now)
  await enqueueEmail(tx, { ...message, recipient: row.email, content: changeConfirmedNotice(context) }, now)
  const who = { actorId: user.id, subjectId: user.id }
  await recordEvent(tx, 'email_changed', { ...who, detail: { from: user.email, to: row.email } }, context)
  await recordEvent(tx, 'email_verified', { ...who, detail: { by: 'email_change' } }, context)
}

import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { canonicalEmail } from '../../fields/email.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { postLetter } from '../../mail/outbox.ts'
import type { Principal } from '../../sessions/principal.ts'
import { settings } from '../../settings.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import { requireOwnPassword } from '../../users/own-password.ts'
import { inSteadyTime } from '../../users/steady-time.ts'
import { addressTakenLetter, changeNoticeLetter, confirmChangeLetter } from './mail.ts'
import type { RequestChangeInput } from './schema.ts'

/**
 * Mails a link to the new address; nothing changes until it is confirmed there (EV-5). Whether the address is free shows
 * neither in the answer nor in its time: the same rows are written, and only the letter differs (EN-3).
 * @throws ValidationFailed when the password is wrong, or the address is the account's own
 */
export async function requestEmailChange({ email, password }: RequestChangeInput, context: Context): Promise<Answer> {
  const { user, claims } = context.principal as Principal
  await requireOwnPassword(user, password, 'password')
  if (canonicalEmail(user.email) === email) throw new ValidationFailed({ email: ['email_unchanged'] })
  await inSteadyTime(async () => writeLetters(user, email, await findUserByEmail(email), claims.sid, context))
  return { body: { detail: 'A link to confirm the change has been sent to the new address.' }, shown: { email } }
}

async function writeLetters(user: User, email: string, owner: User | null, sessionId: string | null, context: Context): Promise<void> {
  const { now } = context
  await database().$transaction(async (tx) => {
    const oneTimeTokenId = await issueOneTimeToken(tx, user, 'email_change', settings().EMAIL_CHANGE_TIMEOUT, now, { email })
    // To whom the address belongs is told in a letter to that address, and to nobody else.
    const toNew = owner
      ? { kind: 'already_registered' as const, recipient: owner.email, userId: owner.id, content: addressTakenLetter(context) }
      : { kind: 'email_change' as const, recipient: email, userId: user.id, oneTimeTokenId, content: confirmChangeLetter(context) }
    await postLetter(tx, toNew, now)
    const content = changeNoticeLetter(email, context)
    await postLetter(tx, { kind: 'email_change_notice', recipient: user.email, userId: user.id, content }, now)
    await recordEvent(tx, 'email_change_requested', { actorId: user.id, subjectId: user.id, sessionId, detail: { to: email } }, context)
  })
}

import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import { canonicalEmail } from '../../fields/email.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { postLetter } from '../../mail/outbox.ts'
import type { Principal } from '../../sessions/principal.ts'
import { settings } from '../../settings.ts'
import { issueOneTimeToken, voidOneTimeTokens } from '../../tokens/one-time-token.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import { requireOwnPassword } from '../../users/own-password.ts'
import { inSteadyTime } from '../../users/steady-time.ts'
import { mailWayBack } from '../../users/way-back.ts'
import { addressTakenLetter, changeNoticeLetter, confirmChangeLetter } from './mail.ts'
import type { RequestChangeInput } from './schema.ts'

const ANSWER = { body: { detail: 'A link to confirm the change has been sent to the new address.' } }

/** What the schema cannot know: whether the address is another than the account's own. */
export async function checkNewEmail({ email }: Partial<RequestChangeInput>, { principal }: Context): Promise<FieldErrors> {
  return email !== undefined && canonicalEmail(principal?.user.email ?? '') === email ? { email: ['email_unchanged'] } : {}
}

/**
 * Mails a link to the new address; nothing changes until it is confirmed there (EV-5). Whether the address is free shows
 * neither in the answer nor in its time (EN-3).
 * @throws ValidationFailed when the password is wrong
 */
export async function requestEmailChange({ email, password }: RequestChangeInput, context: Context): Promise<Answer> {
  const { user, claims } = context.principal as Principal
  await requireOwnPassword(user, password, 'password', context)
  await inSteadyTime(async () => writeLetters(user, email, await findUserByEmail(email), claims.sid, context))
  return { ...ANSWER, shown: { email } }
}

async function writeLetters(user: User, email: string, owner: User | null, sessionId: string | null, context: Context): Promise<void> {
  const { now } = context
  await database().$transaction(async (tx) => {
    // Of the changes that were asked for the last one is meant, also where no email of it can be sent now.
    await voidOneTimeTokens(tx, user.id, ['email_change'], now)
    const issueToken = () => issueOneTimeToken(tx, user, 'email_change', settings().EMAIL_CHANGE_TIMEOUT, now, { email })
    // Whose the address is only its mailbox is told.
    const canComeBack = !owner?.isActive && (await mailWayBack(tx, email, owner, context, user.id))
    const toNew = owner
      ? { kind: 'already_registered' as const, recipient: owner.email, userId: owner.id, content: addressTakenLetter(context) }
      : { kind: 'email_change' as const, recipient: email, userId: user.id, issueToken, content: confirmChangeLetter(context) }
    if (!canComeBack) await postLetter(tx, toNew, now)
    const content = changeNoticeLetter(user, email, context)
    await postLetter(tx, { kind: 'email_change_notice', recipient: user.email, userId: user.id, content }, now)
    await recordEvent(tx, 'email_change_requested', { actorId: user.id, subjectId: user.id, sessionId, detail: { to: email } }, context)
    await context.keepAnswer(tx, ANSWER)
  })
}

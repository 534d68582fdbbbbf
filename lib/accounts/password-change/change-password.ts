import { recordEvent } from '../../audit/audit.ts'
import { confirmIdentity } from '../../authentication/identify.ts'
import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { makePassword } from '../../passwords/hash.ts'
import { passwordProblems, similarityAttributes } from '../../passwords/policy.ts'
import { replacePassword } from './replace-password.ts'
import type { ChangePasswordInput } from './schema.ts'

/** What the schema cannot know: whether the new password will do for the account. */
export async function checkNewPassword(
  { current_password, password }: Partial<ChangePasswordInput>,
  context: AuthenticatedContext,
): Promise<FieldErrors> {
  if (password === undefined) return {}
  if (password === current_password) return { password: ['password_unchanged'] }
  const problems = passwordProblems(password, similarityAttributes(context.principal.user))
  return problems.length > 0 ? { password: problems } : {}
}

/**
 * Changes the password, which requires the current one. The current session continues and all others end. A token of the
 * original names no session, so with one all sessions end (ASVS 6.2.2, 6.2.3, 7.4.3).
 * @throws ValidationFailed when the current password is wrong or has changed since
 */
export async function changePassword({ current_password, password }: ChangePasswordInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await confirmIdentity(user, { password: current_password }, 'current_password', context)
  const passwordHash = await makePassword(password)
  const sessionsEnded = await database().$transaction(async (tx) => {
    const ended = await replacePassword(tx, user, passwordHash, { reason: 'password_change', exceptSid: claims.sid }, context)
    const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
    await recordEvent(tx, 'password_changed', { ...who, detail: { sessionsEnded: ended, by: 'owner' } }, context)
    return ended
  })
  return { body: { detail: 'The password has been changed.' }, flash: { values: { sessions_ended: String(sessionsEnded) } } }
}

import { recordEvent } from '../../audit/audit.ts'
import { confirmIdentity } from '../../authentication/identify.ts'
import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import { comparePasswords } from '../../fields/credentials.ts'
import { type AuthenticatedContext, detailShape, endpoint, type Result } from '../../http/endpoint.ts'
import { isUsablePassword, makePassword } from '../../passwords/hash.ts'
import { passwordProblems, similarityAttributes } from '../../passwords/policy.ts'
import { replacePassword } from './replace-password.ts'
import { type ChangePasswordInput, changePasswordSchema } from './schema.ts'

const PAGE = '/settings/password'

export const passwordChangeEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/password/change/',
    name: 'Password Change',
    description: 'Changes the password. Requires the current one, or sets the first one after a recent authentication.',
    operationId: 'changePassword',
    summary: 'Change the password',
    tag: 'Password',
    responses: { 200: detailShape },
    input: changePasswordSchema,
  },
  policy: { access: 'authenticated', currentPassword: 'current_password', throttle: { policy: 'change' } },
  form: { page: PAGE, success: PAGE },
  validate: checkNewPassword,
  refine: comparePasswords,
  run: changePassword,
})

/** Leads password managers to the form (W3C: A Well-Known URL for Changing Passwords). */
export const changePasswordUrlEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/.well-known/change-password/',
    name: 'Change Password',
    description: 'Leads to the page on which the password is changed.',
    operationId: 'getChangePasswordPage',
    summary: 'Find the page to change the password',
    tag: 'Password',
    responses: { 303: null },
  },
  policy: { access: 'public' },
  run: async () => ({ status: 303, body: null, redirect: PAGE }),
})

/** What the schema cannot know: whether the new password will do for the account. */
export async function checkNewPassword(
  { current_password, password }: Partial<ChangePasswordInput>,
  context: AuthenticatedContext,
): Promise<FieldErrors> {
  if (password === undefined) return {}
  if (password === current_password) return { password: ['password_unchanged'] }
  const problems = await passwordProblems(password, similarityAttributes(context.principal.user))
  return problems.length > 0 ? { password: problems } : {}
}

/**
 * Changes the password, which requires the current one, or sets the first one, which requires a recent authentication. The
 * current session continues and all others end. A token of the original names no session, so with one all sessions end
 * (ASVS 6.2.2, 6.2.3, 7.4.3).
 * @throws ValidationFailed when the current password is wrong or has changed since; ReauthenticationRequired
 */
export async function changePassword({ current_password, password }: ChangePasswordInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await confirmIdentity(context.principal, current_password, 'current_password', context)
  const passwordHash = await makePassword(password)
  const first = !isUsablePassword(user.password)
  const sessionsEnded = await database().$transaction(async (tx) => {
    const ended = await replacePassword(tx, user, passwordHash, { reason: 'password_change', exceptSid: claims.sid }, context)
    const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
    const detail = { sessionsEnded: ended, by: 'owner', ...(first && { first }) } as const
    await recordEvent(tx, 'password_changed', { ...who, detail }, context)
    return ended
  })
  return { body: { detail: 'The password has been changed.' }, flash: { values: { sessions_ended: String(sessionsEnded) } } }
}

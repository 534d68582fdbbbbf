import { recordEvent } from '../../../audit/audit.ts'
import { database } from '../../../db/client.ts'
import type { ErrorCode, FieldErrors } from '../../../errors.ts'
import type { AuthenticatedContext, Result } from '../../../http/endpoint.ts'
import { enqueueEmail } from '../../../mail/outbox.ts'
import { makePassword, makeUnusablePassword } from '../../../passwords/hash.ts'
import { passwordProblems, similarityAttributes } from '../../../passwords/policy.ts'
import { revokeAllSessions } from '../../../sessions/session.ts'
import { invalidateOneTimeTokens } from '../../../tokens/one-time-token.ts'
import { logChange } from '../../core/history.ts'
import { requireObjectId } from '../../core/object-id.ts'
import { actorOf, lockUserForEdit, refuseOwnAccount, withPermissionAudit } from '../../core/user-guard.ts'
import { userAdmin } from './declaration.ts'
import { passwordSetEmail } from './emails.ts'
import { readUser, type UserDetail } from './read-user.ts'
import type { SetPasswordInput } from './schema.ts'

const disables = ({ usable_password: usable }: SetPasswordInput) => usable === false

/** What is wrong with the passwords; nothing where none is to be usable. */
export async function checkSetPassword(input: SetPasswordInput, { params }: AuthenticatedContext): Promise<FieldErrors> {
  if (disables(input)) return {}
  const { password1 = '', password2 = '' } = input
  const user = await database().user.findUnique({ where: { id: requireObjectId(params.id) } })
  const confirmation: ErrorCode[] =
    password2 === '' ? ['required'] : password1 === '' || password1 === password2 ? [] : ['password_mismatch']
  const problems = user && password1 !== '' ? await passwordProblems(password1, similarityAttributes(user)) : []
  const found: FieldErrors = { password1: password1 === '' ? ['required'] : [], password2: [...confirmation, ...problems] }
  return Object.fromEntries(Object.entries(found).filter(([, codes]) => codes.length > 0))
}

/**
 * Sets an account's password, or switches it off, ends its sessions and tells its owner (AD-4, Django's password form).
 * @throws ApiError 404; PermissionDenied; 409 for switching off one's own
 */
export async function setPassword(input: SetPasswordInput, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const { user: actor, claims } = context.principal
  const usable = !disables(input)
  if (!usable) refuseOwnAccount(context, id)
  const password = usable ? await makePassword(input.password1 as string) : makeUnusablePassword()
  const { now } = context
  const { reason = '' } = input
  const changed = await withPermissionAudit(context, id, async (tx) => {
    const { target } = await lockUserForEdit(tx, context, id, 'accounts.change_user', () => false)
    await tx.user.update({ where: { id }, data: { password } })
    await invalidateOneTimeTokens(tx, id, ['password_reset', 'email_change'], now)
    const sessionsEnded = await revokeAllSessions(tx, id, 'password_change', now, actor.id === id ? claims.sid : null)
    await enqueueEmail(
      tx,
      { kind: 'password_changed', recipient: target.email, userId: id, content: passwordSetEmail(usable, reason) },
      now,
    )
    const logEntryId = await logChange(tx, userAdmin, actor.id, { id, repr: target.email }, ['password'], now)
    const detail = { usable, sessionsEnded, reason }
    const who = { ...actorOf(context), subjectId: id, logEntryId }
    await recordEvent(tx, 'user_password_set', { ...who, detail }, context)
    return (await readUser(id, tx)) as UserDetail
  })
  const status = usable ? 'user_password_set' : 'user_password_disabled'
  return { body: changed, flash: { status, values: { object: changed.email } } }
}

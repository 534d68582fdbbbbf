import { mailInvitation } from '../../accounts/invitation/invite.ts'
import { recordEvent } from '../../audit/audit.ts'
import type { FieldErrors } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { makePassword, makeUnusablePassword } from '../../passwords/hash.ts'
import { passwordProblems } from '../../passwords/policy.ts'
import { availableUsername, createUser } from '../../users/create-user.ts'
import { logAddition } from '../history.ts'
import { userAdmin } from './declaration.ts'
import { userDetail } from './read-user.ts'
import type { AddUserInput } from './schema.ts'
import { sendVerificationIfRequired } from './send-verification-if-required.ts'
import { takenFields } from './taken.ts'
import { currentPermissions, withPermissionAudit } from './user-guard.ts'

const byPassword = ({ sign_in_by: way = 'password' }: Partial<AddUserInput>) => way === 'password'

/** What the schema cannot know of a new account. */
export async function checkNewUser(input: Partial<AddUserInput>, context: Pick<AuthenticatedContext, 'ownPage'>): Promise<FieldErrors> {
  const { email, phone, name, password1, password2 } = input
  const errors = await takenFields({ email, phone }, context)
  if (!byPassword(input)) return errors
  for (const [field, value] of Object.entries({ password1, password2 })) {
    if (!value) errors[field] = [value === undefined ? 'required' : 'blank']
  }
  const personal = { ...(email && { email }), ...(name && { name }), ...(phone && { phone }) }
  const problems = password1 ? passwordProblems(password1, personal) : []
  return problems.length > 0 ? { ...errors, password1: problems } : errors
}

/** What concerns both passwords, where both are given. */
export const comparePasswords = (input: Partial<AddUserInput>): FieldErrors =>
  byPassword(input) && input.password1 && input.password2 && input.password1 !== input.password2 ? { password2: ['password_mismatch'] } : {}

/**
 * Adds an account without permissions, as Django's add form does. Its username is its email address, which is verified only
 * when its owner opens a link: that of an invitation, which is a link to choose a password, or that of a verification email.
 * @throws PermissionDenied where staff may no longer add accounts; ValidationFailed when the email or phone has just been taken
 */
export async function addUser(input: AddUserInput, context: AuthenticatedContext): Promise<Result> {
  const { email, name, phone, password1 } = input
  const { user: actor, claims } = context.principal
  const passwordHash = byPassword(input) ? await makePassword(password1 as string) : makeUnusablePassword()
  const username = await availableUsername(email)
  const invited = input.sign_in_by === 'invitation'
  return withPermissionAudit(context, null, async (tx) => {
    const user = await createUser(tx, { email, name, phone, username, passwordHash }, context.now)
    await currentPermissions(tx, context, 'accounts.add_user')
    const sent = invited && (await mailInvitation(tx, user, context))
    if (!invited) await sendVerificationIfRequired(tx, user, context.now)
    const logEntryId = await logAddition(tx, userAdmin, actor.id, { id: user.id, repr: user.email }, context.now)
    const detail = sent ? ({ invited: true } as const) : {}
    const who = { actorId: actor.id, subjectId: user.id, sessionId: claims.sid, logEntryId }
    await recordEvent(tx, 'user_added', { ...who, detail }, context)
    return context.storeResult(tx, {
      status: 201,
      body: await userDetail(user, tx),
      headers: { Location: `/api/admin/users/${user.id}/` },
      redirect: (next) => next ?? `/admin/users/${user.id}`,
      flash: {
        ...(invited && { status: sent ? 'invitation_added' : 'invitation_not_sent' }),
        values: { object: user.email, id: String(user.id) },
      },
    })
  })
}

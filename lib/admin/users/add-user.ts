import { recordEvent } from '../../audit/audit.ts'
import type { FieldErrors } from '../../errors.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { makePassword } from '../../passwords/hash.ts'
import { passwordProblems } from '../../passwords/policy.ts'
import type { Principal } from '../../sessions/principal.ts'
import { availableUsername, createUser } from '../../users/create-user.ts'
import { logAddition } from '../history.ts'
import { askForProof } from './ask-for-proof.ts'
import { userAdmin } from './declaration.ts'
import { userDetail } from './read-user.ts'
import type { AddUserInput } from './schema.ts'
import { takenFields } from './taken.ts'
import { changing } from './user-guard.ts'

/** What the schema cannot know of a new account. */
export async function checkNewUser({ email, phone, name, password1 }: Partial<AddUserInput>): Promise<FieldErrors> {
  const errors = await takenFields({ email, phone })
  const personal = { ...(email && { email }), ...(name && { name }), ...(phone && { phone }) }
  const problems = password1 === undefined ? [] : passwordProblems(password1, personal)
  return problems.length > 0 ? { ...errors, password1: problems } : errors
}

/**
 * Adds an account without any right, as Django's add form does; its user name is its address. The address counts as proven
 * only when its owner has done that.
 * @throws ValidationFailed when somebody else took the address or the phone meanwhile
 */
export async function addUser({ email, name, phone, password1 }: AddUserInput, context: Context): Promise<Answer> {
  const { user: actor, claims } = context.principal as Principal
  const passwordHash = await makePassword(password1)
  const username = await availableUsername(email)
  const added = await changing(context, null, async (tx) => {
    const user = await createUser(tx, { email, name, phone, username, passwordHash }, context.now)
    await askForProof(tx, user, context.now)
    await logAddition(tx, userAdmin, actor.id, { id: user.id, repr: user.email }, context.now)
    await recordEvent(tx, 'user_added', { actorId: actor.id, subjectId: user.id, sessionId: claims.sid, detail: {} }, context)
    return userDetail(user, tx)
  })
  return { status: 201, body: added, location: `/admin/users/${added.id}`, shown: { object: added.email } }
}

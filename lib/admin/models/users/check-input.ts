/** What the schemas cannot know of an account's input. */
import { database } from '../../../db/client.ts'
import type { FieldErrors } from '../../../errors.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { passwordProblems } from '../../../passwords/policy.ts'
import { takenFields } from '../../../users/taken-fields.ts'
import { storedTexts } from '../../../users/user.ts'
import { requireObjectId } from '../../core/object-id.ts'
import type { AddUserInput, ChangeUserInput } from './schema.ts'

export const byPassword = ({ sign_in_by: way = 'password' }: Partial<AddUserInput>) => way === 'password'

/** What the schema cannot know of a new account. */
export async function checkNewUser(input: Partial<AddUserInput>, context: Pick<AuthenticatedContext, 'ownPage'>): Promise<FieldErrors> {
  const { email, phone, name, password1, password2 } = input
  const errors = await takenFields({ email, phone }, context)
  if (!byPassword(input)) return errors
  for (const [field, value] of Object.entries({ password1, password2 })) {
    if (!value) errors[field] = [value === undefined ? 'required' : 'blank']
  }
  const personal = { ...(email && { email }), ...(name && { name }), ...(phone && { phone }) }
  const problems = password1 ? await passwordProblems(password1, personal) : []
  return problems.length > 0 ? { ...errors, password1: problems } : errors
}

/** What concerns both passwords, where both are given. */
export const comparePasswords = (input: Partial<AddUserInput>): FieldErrors =>
  byPassword(input) && input.password1 && input.password2 && input.password1 !== input.password2 ? { password2: ['password_mismatch'] } : {}

/** The account's texts as they are. @throws ApiError 404 for an address that names no account */
export async function storedTextsOf({ params }: AuthenticatedContext): Promise<Record<string, string>> {
  const user = await database().user.findUnique({ where: { id: requireObjectId(params.id) } })
  return user ? storedTexts(user) : {}
}

/** Whether a change's values belong to someone else. */
export async function checkChange(values: ChangeUserInput, context: AuthenticatedContext): Promise<FieldErrors> {
  const id = requireObjectId(context.params.id)
  return takenFields(values, context, (await database().user.findUnique({ where: { id } })) ?? { id, phone: '' })
}

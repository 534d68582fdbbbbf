/** What the schemas cannot know of an account's input. */
import { database, type User } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import { passwordProblems } from '../../passwords/policy.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import { phoneFault } from '../../users/phone.ts'
import { storedTexts } from '../../users/public-user.ts'
import { requireObjectId } from '../object-id.ts'
import type { AddUserInput, ChangeUserInput } from './schema.ts'

/** The account that is changed. */
type Own = Pick<User, 'id' | 'phone'>

interface Unique {
  email?: string | undefined
  phone?: string | undefined
  username?: string | undefined
}

/**
 * Which of an account's unique fields are another's already, and whether the phone number can be read where our own page asks
 * for it.
 * @param own the account itself, where there is one: what it has it may keep
 */
async function takenFields(
  { email, phone, username }: Unique,
  { ownPage }: Pick<AuthenticatedContext, 'ownPage'>,
  own: Own | null = null,
): Promise<FieldErrors> {
  const ownId = own?.id ?? 0
  const errors: FieldErrors = {}
  if (email !== undefined && ((await findUserByEmail(email))?.id ?? ownId) !== ownId) errors.email = ['unique:email']
  const fault = phone === undefined ? null : await phoneFault(phone, ownPage, own)
  if (fault !== null) errors.phone = [fault]
  if (username !== undefined && (await database().user.count({ where: { username, id: { not: ownId } } })) > 0)
    errors.username = ['unique_username']
  return errors
}

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
  const problems = password1 ? passwordProblems(password1, personal) : []
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

/** Whether a change's values belong to somebody else. */
export async function checkChange(values: ChangeUserInput, context: AuthenticatedContext): Promise<FieldErrors> {
  const id = requireObjectId(context.params.id)
  return takenFields(values, context, (await database().user.findUnique({ where: { id } })) ?? { id, phone: '' })
}

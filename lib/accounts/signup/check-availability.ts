import type { FieldErrors } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import { passwordProblems } from '../../passwords/policy.ts'
import { settings } from '../../settings.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import { phoneProblem } from '../../users/phone.ts'
import { isPhoneTaken } from '../../users/phone-taken.ts'
import type { SignupInput } from './schema.ts'

/**
 * What the schema cannot know of a sign-up: whether address and phone are taken (Django REST framework's UniqueValidator)
 * and whether the password will do. Asked of the fields that are valid, so that all errors are answered together.
 * Where addresses must be proven, only their mailbox is told what is taken (SU-6).
 */
export async function checkAvailability(values: Partial<SignupInput>, { ownPage }: Pick<Context, 'ownPage'>): Promise<FieldErrors> {
  const { email, phone, name, password } = values
  const errors: FieldErrors = {}
  const tells = settings().EMAIL_VERIFICATION !== 'mandatory'
  if (tells && email !== undefined && (await findUserByEmail(email))) errors.email = ['unique:email']
  const problem = ownPage && phone !== undefined ? phoneProblem(phone) : null
  if (problem !== null) errors.phone = [problem]
  else if (tells && phone !== undefined && (await isPhoneTaken(phone, ownPage))) errors.phone = ['unique:phone']
  if (password !== undefined) {
    const personal = { ...(email && { email }), ...(name && { name }), ...(phone && { phone }) }
    const problems = passwordProblems(password, personal)
    if (problems.length > 0) errors.password = problems
  }
  return errors
}

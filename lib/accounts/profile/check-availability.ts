import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import { phoneProblem } from '../../users/phone.ts'
import { isPhoneTaken } from '../../users/phone-taken.ts'
import type { ProfileInput } from './schema.ts'

/** Whether phone and user name are somebody else's (Django REST framework's UniqueValidator, which leaves out the row itself). */
export async function checkAvailability({ phone, username }: Partial<ProfileInput>, { principal, ownPage }: Context): Promise<FieldErrors> {
  const { id = 0, phone: kept } = principal?.user ?? {}
  const errors: FieldErrors = {}
  // A number that is kept already stands in the way of no other field, whatever it is.
  if (phone !== undefined && phone !== kept) {
    const problem = ownPage ? phoneProblem(phone) : null
    if (problem !== null) errors.phone = [problem]
    else if (await isPhoneTaken(phone, ownPage, id)) errors.phone = ['unique:phone']
  }
  if (username !== undefined && (await database().user.count({ where: { username, id: { not: id } } })) > 0)
    errors.username = ['unique_username']
  return errors
}

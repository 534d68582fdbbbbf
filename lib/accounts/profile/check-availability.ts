import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import { phoneFault } from '../../users/phone.ts'
import type { ProfileInput } from './schema.ts'

/** Whether phone and user name belong to another account (Django REST framework's UniqueValidator, which excludes the row itself). */
export async function checkAvailability(
  { phone, username }: Partial<ProfileInput>,
  { principal, ownPage }: AuthenticatedContext,
): Promise<FieldErrors> {
  const id = principal.user.id
  const errors: FieldErrors = {}
  const fault = phone === undefined ? null : await phoneFault(phone, ownPage, principal.user)
  if (fault !== null) errors.phone = [fault]
  if (username !== undefined && (await database().user.count({ where: { username, id: { not: id } } })) > 0)
    errors.username = ['unique_username']
  return errors
}

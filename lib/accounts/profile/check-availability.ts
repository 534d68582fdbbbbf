import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import type { ProfileInput } from './schema.ts'

/** Whether phone and user name are somebody else's (Django REST framework's UniqueValidator, which leaves out the row itself). */
export async function checkAvailability({ phone, username }: Partial<ProfileInput>, { principal }: Context): Promise<FieldErrors> {
  const taken = async (column: { phone: string } | { username: string }) =>
    (await database().user.count({ where: { ...column, id: { not: principal?.user.id ?? 0 } } })) > 0
  const errors: FieldErrors = {}
  if (phone !== undefined && (await taken({ phone }))) errors.phone = ['unique:phone']
  if (username !== undefined && (await taken({ username }))) errors.username = ['unique_username']
  return errors
}

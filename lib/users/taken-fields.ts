import { database, type User } from '../db/client.ts'
import type { FieldErrors } from '../errors.ts'
import { phoneFault } from './phone.ts'
import { findUserByEmail } from './user.ts'

interface Unique {
  email?: string | undefined
  phone?: string | undefined
  username?: string | undefined
}

/**
 * Which of an account's unique fields are another's already (Django REST framework's UniqueValidator), and whether the phone
 * number can be read where our own page asks for it.
 * @param own the account itself, where there is one: what it has it may keep
 */
export async function takenFields(
  { email, phone, username }: Unique,
  { ownPage }: { ownPage: boolean },
  own: Pick<User, 'id' | 'phone'> | null = null,
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

import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import { findUserByEmail } from '../../users/find-user.ts'

interface Unique {
  email?: string | undefined
  phone?: string | undefined
  username?: string | undefined
}

/** Which of an account's unique fields are somebody else's already. @param ownId the account itself, where there is one */
export async function takenFields({ email, phone, username }: Unique, ownId = 0): Promise<FieldErrors> {
  const taken = async (column: { phone: string } | { username: string }) =>
    (await database().user.count({ where: { ...column, id: { not: ownId } } })) > 0
  const errors: FieldErrors = {}
  if (email !== undefined && ((await findUserByEmail(email))?.id ?? ownId) !== ownId) errors.email = ['unique:email']
  if (phone !== undefined && (await taken({ phone }))) errors.phone = ['unique:phone']
  if (username !== undefined && (await taken({ username }))) errors.username = ['unique_username']
  return errors
}

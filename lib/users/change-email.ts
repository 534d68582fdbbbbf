import type { Transaction, User } from '../db/client.ts'
import { takenField } from './create-user.ts'

/**
 * Gives an account another e-mail address, which its owner has just proven; the user name follows where it was the former
 * address.
 * @param username from withAvailableUsername() of the new address
 * @throws ValidationFailed, which takes the transaction back, when the address belongs to another account by now
 */
export async function changeEmail(
  tx: Transaction,
  user: User,
  { email, username, password }: { email: string; username: string; password?: string },
  now: Date,
): Promise<User> {
  const follows = user.username === user.email && user.email !== email
  try {
    return await tx.user.update({
      where: { id: user.id },
      data: { email, emailVerifiedAt: now, ...(follows && { username }), ...(password !== undefined && { password }) },
    })
  } catch (error) {
    throw takenField(error) ?? error
  }
}

import type { Transaction, User } from '../../db/client.ts'
import { type ActiveToken, findOneTimeToken, type TokenProblem } from '../../tokens/one-time-token.ts'
import { takenField } from '../../users/create-user.ts'

/** The page that the link to a new address leads to, and the one of the link to a former address. */
export const CONFIRM_PAGE = '/email-change/confirm'
export const UNDO_PAGE = '/email-change/undo'

/** The change that a link confirms or undoes, or why the link does not count. Nothing is used up (RS-5). */
export async function findChangeLink(
  purpose: 'email_change' | 'email_change_undo',
  token: string,
  now: Date,
): Promise<ActiveToken | TokenProblem> {
  const found = await findOneTimeToken(purpose, token, now)
  if (typeof found === 'string') return found
  const { isActive, deletionDueAt } = found.user
  // An account that is being deleted may still be given back to whom it was taken from.
  const open = purpose === 'email_change' ? isActive : isActive || deletionDueAt !== null
  return open ? found : 'token_replaced'
}

/**
 * Gives an account another e-mail address, which its owner has just verified; the user name follows where it was the former
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

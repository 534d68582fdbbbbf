import { database } from '../../db/client.ts'
import { type ActiveToken, findOneTimeToken, isRestorable, type TokenProblem } from '../../tokens/one-time-token.ts'
import { isRecoverable } from '../../users/password-reset-link.ts'

/** The page that a reset link leads to. */
export const CONFIRM_PAGE = '/password-reset/confirm'

/** The account that a reset link is for, or why the link does not count. Nothing is used up (RS-5). */
export async function findResetLink(token: string, now: Date): Promise<ActiveToken | TokenProblem> {
  const found = await findOneTimeToken('password_reset', token, now)
  if (typeof found === 'string') return found
  const isOpen = isRecoverable(found.user) || (await isRestorable(database(), found.user, now))
  return isOpen ? found : 'token_superseded'
}

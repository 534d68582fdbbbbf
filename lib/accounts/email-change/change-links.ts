import { type ActiveToken, findOneTimeToken, type TokenProblem } from '../../tokens/one-time-token.ts'

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
  return open ? found : 'token_superseded'
}

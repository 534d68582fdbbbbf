import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { consumeOneTimeToken, findOneTimeToken } from '../../tokens/one-time-token.ts'
import { forgetLinks } from '../../web/cookies.ts'
import type { DeletionUndoInput } from './schema.ts'

/** The page that the link of the email leads to. */
export const UNDO_PAGE = '/account-deletion/undo'

/**
 * Restores a closed account by the link in its email. It logs no one in.
 * @throws ValidationFailed when the link is not valid, or the account has been deleted
 */
export async function undoDeletion({ token }: DeletionUndoInput, context: Context): Promise<Result> {
  const found = await findOneTimeToken('account_deletion_undo', token, context.now)
  if (typeof found === 'string') throw new ValidationFailed({ token: [found] })
  const { id } = found.user
  await database().$transaction(async (tx) => {
    if (!(await consumeOneTimeToken(tx, found, context.now))) throw new ValidationFailed({ token: ['token_used'] })
    const { count } = await tx.user.updateMany({
      where: { id, isActive: false, deletionDueAt: { gt: context.now } },
      data: { isActive: true, deletionDueAt: null },
    })
    if (count === 0) throw new ValidationFailed({ token: ['token_replaced'] })
    await recordEvent(tx, 'account_deletion_undone', { actorId: id, subjectId: id, detail: {} }, context)
  })
  return {
    body: { detail: 'Your account has been restored. You can log in again.' },
    setCookies: [forgetLinks(context.cookies, UNDO_PAGE, token)],
    flash: { values: { email: found.user.email } },
  }
}

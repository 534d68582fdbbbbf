import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { invalidateOneTimeTokens } from '../../tokens/one-time-token.ts'

/** Cancels a change of email address that waits for its confirmation: its link stops working. Without one nothing happens. */
export async function cancelEmailChange(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await database().$transaction(async (tx) => {
    const cancelled = await invalidateOneTimeTokens(tx, user.id, ['email_change'], context.now)
    if (cancelled === 0) return
    const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
    await recordEvent(tx, 'email_change_cancelled', { ...who, detail: {} }, context)
  })
  return { status: 204, body: null }
}

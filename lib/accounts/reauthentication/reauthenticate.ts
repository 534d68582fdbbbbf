import { recordEvent } from '../../audit/audit.ts'
import { confirmIdentity } from '../../authentication/identify.ts'
import { database } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { renewAuthentication } from '../../sessions/session.ts'
import type { ReauthenticationInput } from './schema.ts'

/**
 * Checks the password of the current user. For REAUTHENTICATION_TIMEOUT the session may then do what a stolen one must not
 * (ASVS 7.5.1).
 * @throws ValidationFailed on `password`, which is written down; ApiError 403 for a token of the original, which has no session to write it down for
 */
export async function reauthenticate({ password }: ReauthenticationInput, context: AuthenticatedContext): Promise<Result> {
  const { principal } = context
  const { user, claims } = principal
  const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
  if (claims.sid === null) throw new ApiError(403, { detail: 'The token belongs to no session. Log in again.', code: 'no_session' })
  await confirmIdentity(user, { password }, 'password', context, { counted: true })
  await database().$transaction(async (tx) => {
    // The password that was checked may be another by now.
    if (!(await renewAuthentication(tx, principal, context.now))) throw new ValidationFailed({ password: ['password_incorrect'] })
    await recordEvent(tx, 'reauthenticated', { ...who, detail: {} }, context)
  })
  return { body: { detail: 'You have confirmed that it is you.' } }
}

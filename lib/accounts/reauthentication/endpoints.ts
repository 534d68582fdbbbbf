import { recordEvent } from '../../audit/audit.ts'
import { confirmPassword } from '../../authentication/identify.ts'
import { database } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import { type AuthenticatedContext, detailShape, endpoint, type Result } from '../../http/endpoint.ts'
import { renewAuthentication } from '../../sessions/session.ts'
import { AFTER_LOGIN, REAUTHENTICATE_PAGE } from '../../web/routes.ts'
import { type ReauthenticationInput, reauthenticationSchema } from './schema.ts'

export const reauthenticateEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/reauthenticate/',
    name: 'Reauthenticate',
    description: 'Takes the password again, before what a stolen session must not do',
    operationId: 'reauthenticate',
    summary: 'Enter the password again',
    tag: 'Sessions',
    responses: { 200: detailShape },
    input: reauthenticationSchema,
  },
  policy: {
    access: 'authenticated',
    // A stolen session must not guess what a login may not: both are counted together.
    throttle: { policy: 'login', account: (_input, { principal }) => principal.user.email },
  },
  form: { page: REAUTHENTICATE_PAGE, success: AFTER_LOGIN, status: 'reauthenticated' },
  run: reauthenticate,
})

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
  await confirmPassword(user, password, 'password', context, { counted: true })
  await database().$transaction(async (tx) => {
    // The password that was checked may be another by now.
    if (!(await renewAuthentication(tx, principal, context.now))) throw new ValidationFailed({ password: ['password_incorrect'] })
    await recordEvent(tx, 'reauthenticated', { ...who, detail: {} }, context)
  })
  return { body: { detail: 'You have confirmed that it is you.' } }
}

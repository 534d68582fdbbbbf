import { recordEvent } from '../../audit/audit.ts'
import type { AuditEvents } from '../../audit/events.ts'
import { confirmPassword } from '../../authentication/identify.ts'
import { acceptAppCode } from '../../credentials/accept-second-factor.ts'
import { database, type Transaction } from '../../db/client.ts'
import { ApiError, type FieldErrors, ValidationFailed } from '../../errors.ts'
import { type AuthenticatedContext, detailShape, endpoint, type Result } from '../../http/endpoint.ts'
import { renewAuthentication } from '../../sessions/session.ts'
import { AFTER_LOGIN, REAUTHENTICATE_PAGE } from '../../web/routes.ts'
import { withCode } from '../second-factor/second-factor.ts'
import { type ReauthenticationInput, reauthenticationSchema } from './schema.ts'

export const reauthenticateEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/reauthenticate/',
    name: 'Reauthenticate',
    description: 'Takes the password again, or a code of the authenticator app, before what a stolen session must not do',
    operationId: 'reauthenticate',
    summary: 'Enter the password or a code again',
    tag: 'Sessions',
    responses: { 200: detailShape },
    input: reauthenticationSchema,
  },
  policy: {
    access: 'authenticated',
    // A stolen session must not guess what a login may not: both are counted together.
    // A code is counted where it is checked.
    throttle: { policy: 'login', account: ({ password }, { principal }) => (password === undefined ? null : principal.user.email) },
  },
  form: { page: REAUTHENTICATE_PAGE, success: AFTER_LOGIN, status: 'reauthenticated' },
  refine: exactlyOne,
  run: reauthenticate,
})

function exactlyOne({ password, code }: ReauthenticationInput): FieldErrors {
  if (password === undefined && code === undefined) return { password: ['required'] }
  return password !== undefined && code !== undefined ? { non_field_errors: ['password_or_code'] } : {}
}

/**
 * Checks the password of the current user, or a code of their app, which is used up. A recovery code is for who has lost the app,
 * and counts at a login only. For REAUTHENTICATION_TIMEOUT the session may then do what a stolen one must not (ASVS 7.5.1).
 * @throws ValidationFailed on `password` or `code`, which is audited; Throttled; ApiError 403 for a token of the original, which
 * has no session to record it for
 */
export async function reauthenticate({ password = '', code }: ReauthenticationInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  if (claims.sid === null) throw new ApiError(403, { detail: 'The token belongs to no session. Log in again.', code: 'no_session' })
  if (code !== undefined) {
    await withCode(code, context, acceptAppCode, (tx) => renew(tx, context, { method: 'totp' }, { code: ['second_factor_incorrect'] }))
  } else {
    const wrong = { password: ['password_incorrect'] }
    await confirmPassword(user, password, 'password', context, { counted: true })
    await database().$transaction((tx) => renew(tx, context, {}, wrong))
  }
  return { body: { detail: 'You have confirmed that it is you.' } }
}

/** @param wrong what is wrong where the password has been replaced, or the session has ended, since the proof was checked */
async function renew(
  tx: Transaction,
  context: AuthenticatedContext,
  detail: AuditEvents['reauthenticated'],
  wrong: FieldErrors,
): Promise<void> {
  const { user, claims } = context.principal
  if (!(await renewAuthentication(tx, context.principal, context.now))) throw new ValidationFailed(wrong)
  await recordEvent(tx, 'reauthenticated', { actorId: user.id, subjectId: user.id, sessionId: claims.sid, detail }, context)
}

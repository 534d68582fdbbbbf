import { recordEvent } from '../../audit/audit.ts'
import { resumeLogin } from '../../authentication/complete-login.ts'
import { recordLoginFailure } from '../../authentication/identify.ts'
import { canTrustDevices } from '../../authentication/known-device.ts'
import { countSecondFactorTry } from '../../authentication/login-limits.ts'
import { countAttempt, type FoundLogin, findPendingLogin } from '../../authentication/stages.ts'
import { acceptSecondFactor } from '../../credentials/accept-second-factor.ts'
import { codesLeft, type SecondFactorMethod, secondFactorMethods, secondFactorsOf } from '../../credentials/second-factors.ts'
import { database, type User } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { readPendingLogin } from '../../web/cookies.ts'
import { loginPath } from '../../web/routes.ts'
import { pendingLoginResult, sessionResult } from '../login/endpoints.ts'
import { recoveryCodeUsedEmail } from './emails.ts'
import type { FinishLoginInput } from './schema.ts'
import { alreadyAdded, beginEnrolment, finishEnrolment, RECOVERY_CODES_PAGE } from './second-factor.ts'

/** After so many wrong codes the page says what may be wrong with the phone's clock. */
const CLOCK_HINT_AFTER = 2

/**
 * Finishes a login that waits for a second factor. A ticket has five tries, whatever the account's limit (MF-2).
 * @throws ApiError 401 for a ticket that is unknown, used, expired, another client's, or has no try left; a browser is led to
 * the login page. ValidationFailed for a wrong code; Throttled
 */
export async function finishLogin(input: FinishLoginInput, context: Context): Promise<Result> {
  const ticket = ticketOf(input, context)
  const found = await findPendingLogin(ticket, context)
  const attempt = found && (await countAttempt(found))
  if (!found || attempt === null) return expired(context)
  const { user } = found.identity
  // Where the account must have a second factor and has none, the code is the first of the app that is being added.
  const adds = (await secondFactorMethods(user.id)).length === 0
  const codes = adds ? await finishEnrolment(user, null, input.code, context) : []
  const method = adds ? codes && 'totp' : await checkCode(found, input.code, context)
  if (method === null) {
    await recordLoginFailure(user, 'wrong_code', context)
    throw new ValidationFailed({ code: [attempt > CLOCK_HINT_AFTER ? 'second_factor_clock' : 'second_factor_incorrect'] })
  }
  if (method === 'recovery_code') await tellOfRecoveryCode(user, context)
  // A recovery code lets in once, as it says: who found the printed codes must not keep a way in.
  const trust = input.trust !== undefined && input.trust !== '' && method === 'totp' && !adds && canTrustDevices(user)
  const login = await resumeLogin(ticket, ['otp', 'mfa'], context, { trust })
  if (!login) return expired(context)
  if (login.status === 'pending') return pendingLoginResult(login)
  const result = sessionResult('Login successful', login)
  return adds ? withRecoveryCodes(result, codes ?? []) : result
}

/** A browser's is in its cookie. */
export const ticketOf = ({ ticket }: { ticket: string }, { client, cookies }: Context) =>
  client === 'browser' ? (readPendingLogin(cookies) ?? '') : ticket

/** An API client gets the codes at once; a browser is shown them until its owner has saved them. */
const withRecoveryCodes = (result: Result, codes: string[]): Result => ({
  ...result,
  body: { ...(result.body as object), recovery_codes: codes },
  redirect: RECOVERY_CODES_PAGE,
  flash: { status: 'authenticator_added' },
})

/**
 * Begins to add an authenticator app for a login that waits for it.
 * @throws ApiError 401 as finishLogin(), 409 where the account has a second factor, which the password must not replace, 403 where its address is not verified
 */
export async function beginEnrolmentAtLogin(input: { ticket: string }, context: Context): Promise<Result> {
  const ticket = ticketOf(input, context)
  const found = await findPendingLogin(ticket, context)
  if (!found) return expired(context)
  if ((await secondFactorMethods(found.identity.user.id)).length > 0) throw alreadyAdded()
  return { body: await beginEnrolment(found.identity.user, context.now) }
}

/** Which method the code is of; null for none. It stays used, whatever comes of the login. */
async function checkCode({ identity: { user } }: FoundLogin, code: string, context: Context): Promise<SecondFactorMethod | null> {
  let method: SecondFactorMethod | null = null
  await countSecondFactorTry(user, context, async () => {
    method = await acceptSecondFactor(database(), user.id, code, context.now)
    return method !== null
  })
  return method
}

/** Of a ticket that is no good. */
export const ticketInvalid = () => new ApiError(401, { detail: 'The login has expired. Log in again.', code: 'ticket_invalid' })

/** What a ticket is answered that is no good. @throws ApiError 401 to an API client */
export function expired({ client }: Context): Result {
  if (client === 'api') throw ticketInvalid()
  return {
    body: null,
    redirect: loginPath,
    flash: { status: 'sign_in_expired' },
  }
}

async function tellOfRecoveryCode(user: User, context: Context): Promise<void> {
  await database().$transaction(async (tx) => {
    const left = codesLeft(await secondFactorsOf(user.id, tx))
    await recordEvent(tx, 'recovery_code_used', { actorId: user.id, subjectId: user.id, detail: { left } }, context)
    const content = recoveryCodeUsedEmail(left, context)
    await enqueueEmail(tx, { kind: 'recovery_code_used', recipient: user.email, userId: user.id, content }, context.now)
  })
}

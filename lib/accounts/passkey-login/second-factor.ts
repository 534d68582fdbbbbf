import { resumeLogin } from '../../authentication/complete-login.ts'
import { recordLoginFailure } from '../../authentication/identify.ts'
import { countSecondFactorTry } from '../../authentication/login-limits.ts'
import { countAttempt, type FoundLogin, findPendingLogin } from '../../authentication/stages.ts'
import type { ChallengePurpose } from '../../credentials/passkey-challenge.ts'
import { requestOptions } from '../../credentials/passkey-options.ts'
import { acceptPasskey, PasskeyRefused } from '../../credentials/passkeys.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { pendingLoginResult, sessionResult } from '../login/endpoints.ts'
import { failureOf, fieldError, refusalOr } from '../passkeys/refusals.ts'
import type { PasskeyFactorInput } from '../passkeys/schema.ts'
import { expired, ticketInvalid, ticketOf } from '../second-factor/finish-login.ts'

const toFinish = ({ row }: FoundLogin): ChallengePurpose => ({ ceremony: 'second_factor', boundTo: String(row.id) })

/** What a browser is asked to use a passkey of the account with. @throws ApiError 401 as finishLogin(), 404 where the account has none */
export async function beginPasskeyFactor(input: { ticket: string }, context: Context): Promise<Result> {
  const found = await findPendingLogin(ticketOf(input, context), context)
  // The page's script is no form that is led elsewhere.
  if (!found) throw ticketInvalid()
  return { body: { public_key: await requestOptions(toFinish(found), found.identity.user.id, 'preferred', context.now) } }
}

/**
 * Finishes a login that waits for a second factor with a passkey of its account; that it verified its user is not asked for. Its
 * tries are counted together with those of codes (MF-2).
 * @throws ApiError 401 as finishLogin(); ValidationFailed on `credential`; Throttled
 */
export async function finishLoginWithPasskey(input: PasskeyFactorInput, context: Context): Promise<Result> {
  const ticket = ticketOf(input, context)
  const found = await findPendingLogin(ticket, context)
  if (!found || (await countAttempt(found)) === null) return expired(context)
  const { user } = found.identity
  let refused: PasskeyRefused | null = null
  await countSecondFactorTry(user, context, async () => {
    const options = { purpose: toFinish(found), userId: user.id, verifiesUser: false }
    const used = await refusalOr(acceptPasskey(input.credential, options, context.now))
    refused = used instanceof PasskeyRefused ? used : null
    return refused === null
  })
  if (refused !== null) {
    await recordLoginFailure(user, failureOf((refused as PasskeyRefused).reason), context)
    throw fieldError(refused)
  }
  const login = await resumeLogin(ticket, ['hwk', 'mfa'], context)
  if (!login) return expired(context)
  return login.status === 'pending' ? pendingLoginResult(login) : sessionResult('Login successful', login)
}

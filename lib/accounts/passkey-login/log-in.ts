import { randomBytes } from 'node:crypto'
import { completeLogin } from '../../authentication/complete-login.ts'
import { LoginRefused, recordLoginFailure } from '../../authentication/identify.ts'
import type { ChallengePurpose } from '../../credentials/passkey-challenge.ts'
import { requestOptions } from '../../credentials/passkey-options.ts'
import { acceptPasskey, PasskeyRefused, type RefusalReason } from '../../credentials/passkeys.ts'
import { database, lockUser, type Transaction } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { message } from '../../http/messages.ts'
import { sha256 } from '../../tokens/derived-secrets.ts'
import { isRestorable } from '../../users/user.ts'
import { passkeyCookie, readPasskeyCookie } from '../../web/cookies.ts'
import { pendingLoginResult, sessionResult } from '../login/endpoints.ts'
import { errorCodeOf, failureOf, refusalOr } from '../passkeys/refusals.ts'
import type { PasskeyLoginInput } from '../passkeys/schema.ts'

/** Of a browser, which holds a secret in a cookie; an API client keeps its challenge to itself. */
const toLogIn = (browser: string | null): ChallengePurpose => ({
  ceremony: 'login',
  boundTo: browser === null ? 'api' : sha256(browser),
})

/** What a browser is asked to use any passkey of this site with. */
export async function beginPasskeyLogin(_input: unknown, { client, cookies, now }: Context): Promise<Result> {
  const options = async (browser: string | null) => ({ public_key: await requestOptions(toLogIn(browser), null, 'preferred', now) })
  if (client === 'api') return { body: await options(null) }
  // One secret for all that a browser has asked for: a second tab does not end the login of the first.
  const browser = readPasskeyCookie(cookies) ?? randomBytes(32).toString('base64url')
  return { body: await options(browser), setCookies: [passkeyCookie(browser)] }
}

/**
 * Signs in with a passkey alone, which has verified its user: that is two factors.
 * @throws ApiError 401, 404 `passkey_unknown`; ValidationFailed for what is no passkey's response, and to a browser's form;
 * LoginRefused as after the right password
 */
export async function logInWithPasskey({ credential, remember = '' }: PasskeyLoginInput, context: Context): Promise<Result> {
  const browser = context.client === 'browser' ? (readPasskeyCookie(context.cookies) ?? '') : null
  const used = await refusalOr(acceptPasskey(credential, { purpose: toLogIn(browser), userId: null, verifiesUser: true }, context.now))
  if (used instanceof PasskeyRefused) {
    const { reason, userId } = used
    if (reason !== 'malformed') await recordLoginFailure(userId === null ? null : { id: userId }, failureOf(reason), context)
    throw refusal(reason, context)
  }
  const { id, user } = used
  if (!user.isActive && (await isRestorable(database(), user, context.now))) {
    await recordLoginFailure(user, 'account_closed', context)
    throw new LoginRefused('account_closed', `account_closed:${(user.deletionDueAt as Date).toISOString()}`)
  }
  // Asked again in the login's transaction: it may have been removed since.
  const claim = async (tx: Transaction) => {
    await lockUser(tx, user.id)
    return (await tx.passkey.count({ where: { id, userId: user.id } })) > 0
  }
  const identity = { user, amr: ['hwk', 'mfa'], credentialId: String(id) } as const
  const login = await completeLogin(identity, { remember: remember !== '', claim }, context)
  if (!login) throw refusal('refused', context)
  return login.status === 'pending' ? pendingLoginResult(login) : sessionResult('Login successful', login)
}

/** A browser's form shows it; an API client is told by the status what to forget. */
function refusal(reason: RefusalReason, { client }: Context): ApiError | ValidationFailed {
  const code = errorCodeOf(reason)
  if (client === 'browser') return new ValidationFailed({ non_field_errors: [code] })
  if (reason === 'malformed') return new ValidationFailed({ credential: [code] })
  return new ApiError(reason === 'unknown' ? 404 : 401, { detail: message(code), code })
}

import { recordEvent } from '../../audit/audit.ts'
import type { ChallengePurpose } from '../../credentials/passkey-challenge.ts'
import { requestOptions } from '../../credentials/passkey-options.ts'
import { acceptPasskey, PasskeyRefused } from '../../credentials/passkeys.ts'
import { database } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import type { Principal } from '../../sessions/principal.ts'
import { renewAuthentication } from '../../sessions/session.ts'
import { failureOf, fieldError, refusalOr } from '../passkeys/refusals.ts'
import type { CredentialInput } from '../passkeys/schema.ts'

/** @throws ApiError 403 for a token of the original */
function toConfirm({ claims: { sid } }: Principal): ChallengePurpose {
  if (sid === null) throw new ApiError(403, { detail: 'The token belongs to no session. Log in again.', code: 'no_session' })
  return { ceremony: 'step_up', boundTo: sid }
}

/** What a browser is asked to use a passkey of the account with. @throws ApiError 403 as toConfirm(), 404 where the account has none */
export async function beginPasskeyConfirmation(_input: unknown, { principal, now }: AuthenticatedContext): Promise<Result> {
  return { body: { public_key: await requestOptions(toConfirm(principal), principal.user.id, 'required', now) } }
}

/**
 * Step-up: the owner uses a passkey of the account, which has verified its user.
 * @throws ValidationFailed on `credential`, which is written down; ApiError 403 as toConfirm()
 */
export async function confirmWithPasskey({ credential }: CredentialInput, context: AuthenticatedContext): Promise<Result> {
  const { principal, now } = context
  const { user, claims } = principal
  const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
  const options = { purpose: toConfirm(principal), userId: user.id, verifiesUser: true }
  const used = await refusalOr(acceptPasskey(credential, options, now))
  if (used instanceof PasskeyRefused) {
    const failure = { ...who, outcome: 'failure', detail: { reason: failureOf(used.reason) } } as const
    await recordEvent(database(), 'reauthentication_failed', failure, context)
    throw fieldError(used)
  }
  await database().$transaction(async (tx) => {
    // The session may have ended since.
    if (!(await renewAuthentication(tx, principal, now))) throw new ValidationFailed({ credential: ['passkey_expired'] })
    await recordEvent(tx, 'reauthenticated', { ...who, detail: { passkey: used.id } }, context)
  })
  return { body: { detail: 'You have confirmed that it is you.' } }
}

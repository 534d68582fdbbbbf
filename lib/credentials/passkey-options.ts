/** What browsers are asked for, to make a passkey and to use one (WebAuthn Level 3). */
import { createHmac } from 'node:crypto'
import type {
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { type Database, database, type Passkey, type Transaction, type User } from '../db/client.ts'
import { ApiError } from '../errors.ts'
import { secretKeys, settings } from '../settings.ts'
import { PASSKEY_CHALLENGE_LIFETIME } from '../web/cookies.ts'
import { type ChallengePurpose, newChallenge } from './passkey-challenge.ts'
import { worksHere } from './second-factors.ts'

/** COSE algorithms (RFC 9053): ES256, EdDSA and RS256. */
export const ALGORITHMS = [-7, -8, -257]

/** The domain that passkeys are made for. @throws ApiError 404 where there can be none */
export function requireRpId(): string {
  const { PASSKEY_RP_ID: rpId } = settings()
  if (rpId === null) throw new ApiError(404, { detail: 'Not found.' })
  return rpId
}

const descriptorOf = ({ credentialId, transports }: Pick<Passkey, 'credentialId' | 'transports'>) => ({
  id: credentialId,
  type: 'public-key' as const,
  ...(transports !== '' && { transports: transports.split(' ') as AuthenticatorTransport[] }),
})

const passkeysOf = (userId: number) => database().passkey.findMany({ where: { userId, ...worksHere() }, orderBy: { id: 'asc' } })

/**
 * By what authenticators know an account: 32 bytes in base64url, which tell nothing of it. That of its passkeys; before there are
 * any, a keyed digest of its id, so that two that are added at once have the same.
 */
export async function userHandleOf({ id }: Pick<User, 'id'>, db: Transaction | Database = database()): Promise<string> {
  const first = await db.passkey.findFirst({ where: { userId: id }, orderBy: { id: 'asc' } })
  const derive = () =>
    createHmac('sha256', secretKeys()[0] as string)
      .update(`latchkey.passkey-user-handle\0${id}`)
      .digest('base64url')
  return first?.userHandle ?? derive()
}

/** A challenge to add a passkey is for the account's handle, too, which the authenticator keeps. */
export const toRegister = (sid: string, handle: string): ChallengePurpose => ({ ceremony: 'register', boundTo: `${sid}\0${handle}` })

/** What a browser is asked to make a passkey with. @param sid the session that asks */
export async function creationOptions(user: User, sid: string, now: Date): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const handle = await userHandleOf(user)
  return {
    rp: { id: requireRpId(), name: settings().APP_NAME },
    user: { id: handle, name: user.email, displayName: user.name },
    challenge: newChallenge(toRegister(sid, handle), now),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: PASSKEY_CHALLENGE_LIFETIME * 1000,
    excludeCredentials: (await passkeysOf(user.id)).map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
    attestation: 'none',
  }
}

/**
 * What a browser is asked to use a passkey with.
 * @param userId whose passkeys may be used; null for any that the browser has
 * @throws ApiError 404 where there are none
 */
export async function requestOptions(
  purpose: ChallengePurpose,
  userId: number | null,
  userVerification: 'required' | 'preferred',
  now: Date,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const rpId = requireRpId()
  const allowed = userId === null ? [] : await passkeysOf(userId)
  // An empty list would ask for any passkey.
  if (userId !== null && allowed.length === 0) throw new ApiError(404, { detail: 'Not found.' })
  return {
    rpId,
    challenge: newChallenge(purpose, now),
    timeout: PASSKEY_CHALLENGE_LIFETIME * 1000,
    allowCredentials: allowed.map(descriptorOf),
    userVerification,
  }
}

/** Whether what browsers bring of passkeys is right (WebAuthn Level 3, PK-1 to PK-3). */
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from '@simplewebauthn/server/helpers'
import * as z from 'zod/mini'
import { database, type Passkey, type User } from '../db/client.ts'
import { settings } from '../settings.ts'
import { type ChallengePurpose, consumeChallenge, isChallenge } from './passkey-challenge.ts'
import { ALGORITHMS, requireRpId, toRegister, userHandleOf } from './passkey-options.ts'
import { worksHere } from './second-factors.ts'

/** Why a passkey's response is not accepted. `copied`: its counter went back, as that of a copy does. */
export type RefusalReason = 'malformed' | 'unknown' | 'expired' | 'refused' | 'user_not_verified' | 'copied'

export class PasskeyRefused extends Error {
  /** @param userId whose passkey it was; null where that is not known */
  constructor(
    readonly reason: RefusalReason,
    readonly userId: number | null = null,
  ) {
    super(`the passkey was not accepted: ${reason}`)
  }
}

const base64url = z.string().check(z.regex(/^[\w-]+$/))
const credentialShape = { id: base64url, rawId: base64url, type: z.literal('public-key') }
const registrationShape = z.object({
  ...credentialShape,
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url, transports: z.optional(z.array(z.string())) }),
})
const authenticationShape = z.object({
  ...credentialShape,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: z.nullish(base64url),
  }),
})

/** @param given JSON of what the browser's PublicKeyCredential is as JSON @throws PasskeyRefused */
function parseCredential<Shape extends z.ZodMiniType>(shape: Shape, given: string): z.infer<Shape> {
  try {
    return shape.parse(JSON.parse(given))
  } catch {
    throw new PasskeyRefused('malformed')
  }
}

/**
 * The challenge that a response answers, on a page of this site's own and not in a frame (WebAuthn §7.1, §7.2).
 * @throws PasskeyRefused where it was not handed out for this, or too long ago
 */
function challengeOf(clientDataJSON: string, purpose: ChallengePurpose, userId: number | null, now: Date): string {
  const { challenge, crossOrigin } = clientDataOf(clientDataJSON)
  if (crossOrigin === true) throw new PasskeyRefused('refused', userId)
  if (!isChallenge(challenge, purpose, now)) throw new PasskeyRefused('expired', userId)
  return challenge
}

function clientDataOf(encoded: string): { challenge?: unknown; crossOrigin?: unknown } {
  try {
    return Object(decodeClientDataJSON(encoded))
  } catch {
    throw new PasskeyRefused('malformed')
  }
}

const ofThisSite = () => ({ expectedOrigin: settings().APP_URL.origin, expectedRPID: requireRpId() })

/** What the library finds in a response. For whatever is wrong with one it throws a plain error. @throws PasskeyRefused */
async function verified<Info>(verify: () => Promise<Info | undefined>, userId: number | null = null): Promise<Info> {
  const info = await verify().catch(() => undefined)
  if (info === undefined) throw new PasskeyRefused('refused', userId)
  return info
}

/** A passkey that has just been made, as it is stored. */
export type NewPasskey = Omit<Passkey, 'id' | 'userId' | 'name' | 'createdAt' | 'lastUsedAt'>

/** Whether an attestation has nothing in it that would have to be looked up elsewhere: none, or the passkey's own signature. */
function isSelfContained(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject))
  const format = decoded.get('fmt')
  return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined)
}

const MAX_CREDENTIAL_ID_LENGTH = 1364
const MAX_TRANSPORTS_LENGTH = 255

/**
 * Verifies a passkey that a browser has made (WebAuthn §7.1), and uses its challenge up.
 * @param options `conditional`: made without asking, after a login with the password; its user need not have been there
 * @throws PasskeyRefused
 */
export async function verifyNewPasskey(
  given: string,
  { user, sid, conditional }: { user: Pick<User, 'id'>; sid: string; conditional: boolean },
  now: Date,
): Promise<NewPasskey> {
  const response = parseCredential(registrationShape, given) as RegistrationResponseJSON
  const { clientDataJSON, attestationObject, transports = [] } = response.response
  const userHandle = await userHandleOf(user)
  const expectedChallenge = challengeOf(clientDataJSON, toRegister(sid, userHandle), user.id, now)
  const options = { requireUserPresence: !conditional, requireUserVerification: false, supportedAlgorithmIDs: ALGORITHMS }
  const info = await verified(async () => {
    if (!isSelfContained(attestationObject)) return undefined
    return (await verifyRegistrationResponse({ response, expectedChallenge, ...ofThisSite(), ...options })).registrationInfo
  })
  const { credential, aaguid, userVerified, credentialDeviceType, credentialBackedUp } = info
  if (credential.id !== response.id || credential.id.length > MAX_CREDENTIAL_ID_LENGTH) throw new PasskeyRefused('refused')
  if (!(await consumeChallenge(expectedChallenge))) throw new PasskeyRefused('expired')
  return {
    credentialId: credential.id,
    publicKey: isoBase64URL.fromBuffer(credential.publicKey),
    userHandle,
    rpId: requireRpId(),
    aaguid,
    transports: joinTransports(transports),
    signCount: credential.counter,
    // A password manager asks for the screen lock when its passkey is used, not when it makes one by itself.
    uvInitialized: userVerified || conditional,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
  }
}

/** Those that a browser may know, also later ones. */
function joinTransports(transports: string[]): string {
  const joined = [...new Set(transports)].filter((one) => /^[a-z-]{1,32}$/.test(one)).join(' ')
  return joined.length > MAX_TRANSPORTS_LENGTH ? '' : joined
}

/**
 * Verifies the use of a passkey (WebAuthn §7.2), and uses up its challenge and the place of its counter, whatever comes of it.
 * @param options `userId`: whose it must be, null where it says itself whose login it is; `verifiesUser`: whether it must have
 * verified its user, as it must where it stands for two factors
 * @throws PasskeyRefused
 */
export async function acceptPasskey(
  given: string,
  { purpose, userId, verifiesUser }: { purpose: ChallengePurpose; userId: number | null; verifiesUser: boolean },
  now: Date,
): Promise<Passkey & { user: User }> {
  const response = parseCredential(authenticationShape, given) as AuthenticationResponseJSON
  const passkey = await database().passkey.findUnique({ where: { credentialId: response.id, ...worksHere() }, include: { user: true } })
  if (!passkey || passkey.userId !== (userId ?? passkey.userId)) throw new PasskeyRefused('unknown', userId)
  const { id, credentialId, publicKey, uvInitialized, userHandle } = passkey
  const owner = passkey.userId
  const { clientDataJSON, userHandle: said } = response.response
  if ((said ?? (userId === null ? null : userHandle)) !== userHandle) throw new PasskeyRefused('refused', owner)
  const expectedChallenge = challengeOf(clientDataJSON, purpose, owner, now)
  // The counter is ours to compare, in the statement that moves it on.
  const credential = { id: credentialId, publicKey: isoBase64URL.toBuffer(publicKey), counter: 0 }
  const expected = { expectedChallenge, ...ofThisSite(), credential, requireUserVerification: false }
  const info = await verified(async () => {
    const { verified: isRight, authenticationInfo } = await verifyAuthenticationResponse({ response, ...expected })
    return isRight ? authenticationInfo : undefined
  }, owner)
  // Beside another factor it may show for the first time that it verifies its user; alone, it might be a thief's new PIN that does.
  const isInitialized = uvInitialized || (purpose.ceremony === 'second_factor' && info.userVerified)
  if (verifiesUser && !(info.userVerified && isInitialized)) throw new PasskeyRefused('user_not_verified', owner)
  if (!(await consumeChallenge(expectedChallenge))) throw new PasskeyRefused('expired', owner)
  const { newCounter } = info
  const isAhead = newCounter === 0 ? { signCount: 0 } : { signCount: { lt: newCounter } }
  const { count } = await database().passkey.updateMany({
    where: { id, ...isAhead },
    data: { signCount: newCounter, uvInitialized: isInitialized, backedUp: info.credentialBackedUp, lastUsedAt: now },
  })
  if (count === 0) throw new PasskeyRefused('copied', owner)
  return passkey
}

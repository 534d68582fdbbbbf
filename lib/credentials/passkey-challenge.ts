/**
 * Challenges for passkeys (PK-1). Handing one out writes nothing, since every view of the sign-in page asks for one: it is signed
 * with SECRET_KEY, and its digest is kept once it has been used.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { database, uniqueViolation } from '../db/client.ts'
import { secretKeys } from '../settings.ts'
import { sha256 } from '../tokens/derived-secrets.ts'
import { PASSKEY_CHALLENGE_LIFETIME } from '../web/cookies.ts'

/** What a challenge is for, and for nothing else. */
export type Ceremony = 'register' | 'login' | 'second_factor' | 'step_up'

export interface ChallengePurpose {
  ceremony: Ceremony
  /** Whose it is: the session, the pending login, or the browser. */
  boundTo: string
}

/** In bytes: 128 random bits (WebAuthn §13.4.3), the second since 1970 in which it expires, and the signature. */
const NONCE_LENGTH = 16
const EXPIRY_LENGTH = 6
const SIGNED_LENGTH = NONCE_LENGTH + EXPIRY_LENGTH
const SIGNATURE_LENGTH = 32

const signature = (signed: Buffer, { ceremony, boundTo }: ChallengePurpose, key: string) =>
  createHmac('sha256', key).update(`latchkey.passkey-challenge\0${ceremony}\0${boundTo}\0`).update(signed).digest()

/** @returns 54 bytes, in base64url */
export function newChallenge(purpose: ChallengePurpose, now: Date): string {
  const expiry = Buffer.alloc(EXPIRY_LENGTH)
  expiry.writeUIntBE(Math.floor(now.getTime() / 1000) + PASSKEY_CHALLENGE_LIFETIME, 0, EXPIRY_LENGTH)
  const signed = Buffer.concat([randomBytes(NONCE_LENGTH), expiry])
  return Buffer.concat([signed, signature(signed, purpose, secretKeys()[0] as string)]).toString('base64url')
}

const expiresAt = (bytes: Buffer) => new Date(bytes.readUIntBE(NONCE_LENGTH, EXPIRY_LENGTH) * 1000)

/** Whether a challenge was handed out for this, and may be used. It may have been used already. */
export function isChallenge(challenge: unknown, purpose: ChallengePurpose, now: Date): challenge is string {
  if (typeof challenge !== 'string') return false
  const bytes = Buffer.from(challenge, 'base64url')
  // One spelling alone: its digest must be the same whenever it comes back.
  if (bytes.length !== SIGNED_LENGTH + SIGNATURE_LENGTH || bytes.toString('base64url') !== challenge) return false
  const [signed, given] = [bytes.subarray(0, SIGNED_LENGTH), bytes.subarray(SIGNED_LENGTH)]
  return secretKeys().some((key) => timingSafeEqual(signature(signed, purpose, key), given)) && expiresAt(bytes) > now
}

/**
 * Uses a challenge up, whatever comes of it.
 * @param challenge one that isChallenge() has let through
 * @returns whether this call was the one
 */
export async function consumeChallenge(challenge: string): Promise<boolean> {
  const data = { digest: sha256(challenge), expiresAt: expiresAt(Buffer.from(challenge, 'base64url')) }
  try {
    await database().usedChallenge.create({ data })
    return true
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    return false
  }
}

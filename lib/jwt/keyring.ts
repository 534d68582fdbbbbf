/** Which of several keys signs, and which may verify a token. */
import { createPublicKey, type KeyObject, type webcrypto } from 'node:crypto'
import type { CryptoKey, JWK } from 'jose'
import { type Algorithm, isHmac, kidOf, publicJwkOf } from './algorithms.ts'

/** A key and its life. Times are in seconds since 1970. */
export interface TokenKey {
  kid: string
  /** The only algorithm this key may be used with, regardless of a token's header (RFC 8725 §3.1). */
  algorithm: Algorithm
  /** null for a key that verifies only. */
  signing: CryptoKey | null
  verifying: CryptoKey
  /** When it begins to sign. */
  activeFrom: number
  /** When it ends to verify. */
  retiredFrom: number
  /** What may be published of it; null for a secret. */
  publicJwk: JWK | null
}

export interface Keyring {
  keys: TokenKey[]
  byKid: Map<string, TokenKey>
}

export interface KeyLifetime {
  activeFrom?: number | undefined
  retiredFrom?: number | undefined
  /** Whether it does not sign, though it could. */
  verifiesOnly?: boolean
}

/** Of equal keys the first counts. */
export function keyringOf(keys: TokenKey[]): Keyring {
  const byKid = new Map<string, TokenKey>()
  for (const key of keys) if (!byKid.has(key.kid)) byKid.set(key.kid, key)
  return { keys: [...byKid.values()], byKid }
}

/** Readies a key for use, once: a private or secret one signs and verifies, a public one verifies. */
export async function tokenKey(
  key: KeyObject,
  algorithm: Algorithm,
  { activeFrom, retiredFrom, verifiesOnly = false }: KeyLifetime = {},
  kid?: string,
): Promise<TokenKey> {
  const secret = isHmac(algorithm)
  const parameters = parametersOf(algorithm)
  const ready = (part: KeyObject, usages: webcrypto.KeyUsage[]) =>
    part.type === 'secret'
      ? crypto.subtle.importKey('raw', part.export(), parameters, false, usages)
      : crypto.subtle.importKey('jwk', part.export({ format: 'jwk' }), parameters, false, usages)
  const verifyingPart = key.type === 'private' ? createPublicKey(key) : key
  const named = { kid: kid ?? (await kidOf(key, algorithm)), algorithm }
  return {
    ...named,
    signing: key.type === 'public' || verifiesOnly ? null : await ready(key, ['sign']),
    verifying: await ready(verifyingPart, ['verify']),
    activeFrom: activeFrom ?? 0,
    retiredFrom: retiredFrom ?? Number.POSITIVE_INFINITY,
    publicJwk: secret ? null : { ...publicJwkOf(key), kid: named.kid, alg: algorithm, use: 'sig' },
  }
}

function parametersOf(algorithm: Algorithm): webcrypto.RsaHashedImportParams | webcrypto.EcKeyImportParams | webcrypto.HmacImportParams {
  const hash = `SHA-${algorithm.slice(2)}`
  if (algorithm === 'EdDSA') return { name: 'Ed25519' } as webcrypto.EcKeyImportParams
  if (algorithm.startsWith('HS')) return { name: 'HMAC', hash }
  if (algorithm.startsWith('ES')) return { name: 'ECDSA', namedCurve: algorithm === 'ES512' ? 'P-521' : `P-${algorithm.slice(2)}` }
  return { name: algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash }
}

/**
 * The key that signs a token: the one that was current when the token was issued, so that one that is written again stays
 * the same over a change of keys; if that has retired since, the one of now.
 * @param issued seconds since 1970 @param now seconds since 1970
 * @throws Error when there is no key, which is a configuration error
 */
export function signingKey({ keys }: Keyring, issued: number, now: number): TokenKey & { signing: CryptoKey } {
  const usable = keys.filter((key): key is TokenKey & { signing: CryptoKey } => key.signing !== null && key.retiredFrom > now)
  // Of keys of one second the one added last signs, as `manage rotatekeys` said when it was added.
  const currentAt = (moment: number) =>
    usable
      .filter(({ activeFrom }) => activeFrom <= moment)
      .sort((a, b) => a.activeFrom - b.activeFrom)
      .at(-1)
  const found = currentAt(Math.min(issued, now)) ?? currentAt(now)
  if (!found) throw new Error('No key signs tokens.')
  return found
}

/**
 * The keys that a token is verified with: the one that it names, by an exact match among ours; those of the configured
 * algorithm when it names none, as the original's name none. Nothing else of a header is ever looked at.
 * @param header the token's, not verified @param now seconds since 1970
 */
export function verifyingKeys({ keys, byKid }: Keyring, header: object, algorithm: Algorithm, now: number): TokenKey[] {
  const alive = ({ retiredFrom }: TokenKey) => retiredFrom > now
  if (!Object.hasOwn(header, 'kid')) return keys.filter((key) => key.algorithm === algorithm && alive(key))
  const { kid } = header as { kid: unknown }
  const named = typeof kid === 'string' ? byKid.get(kid) : undefined
  return named && alive(named) ? [named] : []
}

/** The algorithms that tokens are signed with, and which keys fit them. */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'

const HMAC = ['HS256', 'HS384', 'HS512'] as const
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const
/** Simple JWT's, which are PyJWT's. */
export const ALGORITHMS = [...HMAC, ...ASYMMETRIC] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export const isHmac = (algorithm: string) => (HMAC as readonly string[]).includes(algorithm)

const CURVES: Record<string, [node: string, jwk: string]> = {
  ES256: ['prime256v1', 'P-256'],
  ES384: ['secp384r1', 'P-384'],
  ES512: ['secp521r1', 'P-521'],
}

/** Smallest RSA modulus that signs, in bits: 128 bits of security (ASVS 11.2.3). */
const RSA_SIGNING_BITS = 3072
/** Smallest that still verifies, so that tokens of an older key can run out (RFC 7518 §3.3). */
const RSA_VERIFYING_BITS = 2048

/** What is wrong with a key. `weak`: too short to sign with; `short`: too short to sign with, and tolerated to verify with. */
export type KeyWeakness = 'mismatch' | 'weak' | 'short'

/** Whether a key can serve an algorithm; null when it can. */
export function keyWeakness(key: KeyObject, algorithm: string): KeyWeakness | null {
  if (isHmac(algorithm)) {
    if (key.type !== 'secret') return 'mismatch'
    // A key as long as the hash or longer (RFC 7518 §3.2).
    return (key.symmetricKeySize ?? 0) * 8 < Number(algorithm.slice(2)) ? 'weak' : null
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (algorithm === 'EdDSA') return type === 'ed25519' ? null : 'mismatch'
  if (algorithm.startsWith('ES')) return type === 'ec' && details?.namedCurve === CURVES[algorithm]?.[0] ? null : 'mismatch'
  if (type !== 'rsa') return 'mismatch'
  const bits = details?.modulusLength ?? 0
  if (bits < RSA_VERIFYING_BITS || (details?.publicExponent ?? 0n) < 65_537n) return 'weak'
  return bits < RSA_SIGNING_BITS ? 'short' : null
}

/** The keys in the text of a setting: PEM blocks one after the other, `\n` standing for a line break, or secrets with commas between. */
export function splitKeys(text: string): string[] {
  if (!text.includes('-----BEGIN')) return splitSecrets(text)
  const plain = text.replaceAll('\\n', '\n')
  const blocks = plain.match(/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g) ?? []
  // What is left besides the blocks is no key, and must not be passed over.
  const rest = blocks.reduce((left, block) => left.replace(block, ''), plain).replaceAll(/[\s,]/g, '')
  return rest === '' ? blocks : [...blocks, rest]
}

/** Secrets with commas between (Django's SECRET_KEY_FALLBACKS is a list). */
export const splitSecrets = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** A key from a setting: SPKI or PKCS#8 in PEM form, for HMAC the text itself; null when it can't be read as one. */
export function readKey(text: string, algorithm: string, kind: 'private' | 'public'): KeyObject | null {
  if (isHmac(algorithm)) return createSecretKey(text, 'utf8')
  const pem = text.replaceAll('\\n', '\n')
  if (!pem.includes(`-----BEGIN ${kind === 'private' ? 'PRIVATE' : 'PUBLIC'} KEY-----`)) return null
  try {
    return kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem)
  } catch {
    return null
  }
}

/**
 * A key's name in a token's header: its thumbprint (RFC 7638), which anyone can compute from the public key. A secret's is an
 * HMAC under it, since a bare digest could be compared with those of other systems (RFC 7638 §7).
 */
export async function kidOf(key: KeyObject, algorithm: string): Promise<string> {
  if (key.type !== 'secret') return calculateJwkThumbprint(publicJwkOf(key))
  return createHmac('sha256', key).update(`latchkey.kid\0${algorithm}`).digest().subarray(0, 16).toString('base64url')
}

/** The public members of an asymmetric key and no others. */
export function publicJwkOf(key: KeyObject): JWK {
  const { kty, crv, x, y, n, e } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' }) as JWK
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JWK
}

/** Makes a key of the strength that the algorithm asks for. */
export function newKey(algorithm: Algorithm): KeyObject {
  if (isHmac(algorithm)) return createSecretKey(randomBytes(64))
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519').privateKey
  const curve = CURVES[algorithm]?.[1]
  if (curve) return generateKeyPairSync('ec', { namedCurve: curve }).privateKey
  return generateKeyPairSync('rsa', { modulusLength: RSA_SIGNING_BITS }).privateKey
}

/** The keys that tokens are signed with: which fit an algorithm, and how settings and SIGNING_KEYS_FILE hold them. */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKeyInput,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { calculateJwkThumbprint, type JWK } from 'jose'
import * as z from 'zod/mini'

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

/** Most keys in a file: a token without `kid` may be tried against each. */
const MAX_KEYS = 32

const moment = z.optional(z.int().check(z.nonnegative(), z.maximum(253_402_300_799)))

/** A key of the file: its times have a JWT's names, and are in seconds since 1970. */
const keySchema = z.looseObject({
  kty: z.string(),
  kid: z.string().check(z.minLength(1), z.maxLength(128)),
  alg: z.enum(ALGORITHMS),
  use: z.optional(z.literal('sig')),
  /** When it was made. */
  iat: moment,
  /** When it begins to sign; every process takes its tokens before. */
  nbf: moment,
  /** When it ends to verify; absent until a successor was made. */
  exp: moment,
})

/** SIGNING_KEYS_FILE: a JWK set with private members (RFC 7517). */
const fileSchema = z.looseObject({
  keys: z.array(keySchema).check(z.maxLength(MAX_KEYS)),
  /** The keys of the environment go on verifying until then: those of before there was a file. */
  environment: z.optional(z.object({ exp: z.int() })),
})

export type KeyFileEntry = z.infer<typeof keySchema>
export type KeysFile = z.infer<typeof fileSchema>

/** Why a file does not count, in words that quote nothing of it. */
export class KeysFileError extends Error {
  override name = 'KeysFileError'
}

/** The private key of an entry. @throws KeysFileError */
export function privateKeyOf(entry: KeyFileEntry): KeyObject {
  const name = `The key ${JSON.stringify(entry.kid)}`
  let key: KeyObject
  try {
    key = isHmac(entry.alg)
      ? createSecretKey(Buffer.from(entry.kty === 'oct' && typeof entry.k === 'string' ? entry.k : '', 'base64url'))
      : createPrivateKey({ key: entry, format: 'jwk' } as unknown as JsonWebKeyInput)
  } catch {
    throw new KeysFileError(`${name} cannot be read.`)
  }
  const flaw = keyWeakness(key, entry.alg)
  if (flaw === 'mismatch') throw new KeysFileError(`${name} does not fit ${entry.alg}.`)
  if (flaw !== null) throw new KeysFileError(`${name} is too short for ${entry.alg}.`)
  return key
}

/** Reads the text of a file. @throws KeysFileError */
export function parseKeysFile(text: string): KeysFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new KeysFileError('It is not JSON.')
  }
  const { success, data, error } = fileSchema.safeParse(json)
  if (!success) {
    const [first] = error.issues
    throw new KeysFileError(
      `It is not a JWK set whose keys have kid and alg: ${first?.path.map(String).join('.') || 'the whole'} is not as it should be.`,
    )
  }
  if (new Set(data.keys.map(({ kid }) => kid)).size < data.keys.length) throw new KeysFileError('Two of its keys have the same kid.')
  for (const entry of data.keys) privateKeyOf(entry)
  return data
}

/** Reads a file; null when it doesn't exist. @throws KeysFileError */
export function readKeysFile(path: string): KeysFile | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new KeysFileError(`It cannot be read (${code}).`)
  }
  return parseKeysFile(text)
}

/** Changes with every change of a file; `absent` when it doesn't exist. */
export function fileVersion(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path)
    return [ino, size, mtimeMs, ctimeMs].join(':')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable'
  }
}

/** Whether others than the owner and the group can read a file. Windows has no such bits. */
export const isReadableByOthers = (path: string): boolean => process.platform !== 'win32' && (statSync(path).mode & 0o004) !== 0

/** Whether others than the owner can change a file, or replace it because its directory is theirs too. */
export function isWritableByOthers(path: string): boolean {
  if (process.platform === 'win32') return false
  const directory = statSync(dirname(path)).mode
  // In a sticky directory like /tmp only the owner of a file replaces it.
  return (statSync(path).mode & 0o022) !== 0 || ((directory & 0o002) !== 0 && (directory & 0o1000) === 0)
}

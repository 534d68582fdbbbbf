/**
 * The keys of this process: those of the environment, and those of SIGNING_KEYS_FILE, which is read again when it changes, so
 * that keys are changed without a restart. And which of several keys signs, and which may verify a token.
 */
import { createPublicKey, createSecretKey, type KeyObject, type webcrypto } from 'node:crypto'
import type { CryptoKey, JWK } from 'jose'
import { type Settings, settings } from '../settings.ts'
import {
  type Algorithm,
  fileVersion,
  isHmac,
  type KeysFile,
  KeysFileError,
  kidOf,
  privateKeyOf,
  publicJwkOf,
  readKey,
  readKeysFile,
  splitKeys,
  splitSecrets,
} from './keys.ts'

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
  /** Tokens whose signature was right, with what they say and the key they were signed with. They are forgotten with the keyring. */
  verified: Map<string, { key: TokenKey; payload: Record<string, unknown> }>
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
  return { keys: [...byKid.values()], byKid, verified: new Map() }
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

/** How often the file is looked at, in milliseconds. */
export const RECHECK = 1000

/** How often at most it is looked at because a token names a key that is not known, in milliseconds. */
export const RECHECK_FOR_UNKNOWN = 100

/** Makes the keyrings of a process, and keeps the last good one. */
export class KeySource {
  readonly #settings: Settings
  readonly #clock: () => number
  #ring: Promise<Keyring> | null = null
  #loaded: Keyring | null = null
  #stamp = ''
  #checkedAt = Number.NEGATIVE_INFINITY
  #fileWasThere = false

  /** @param clock milliseconds that never go back */
  constructor(current: Settings, clock: () => number = () => performance.now()) {
    this.#settings = current
    this.#clock = clock
  }

  /**
   * @param maxAge how long ago the file may have been looked at, in milliseconds
   * @throws KeysFileError when the file was never good
   */
  ring(maxAge = RECHECK): Promise<Keyring> {
    const { SIGNING_KEYS_FILE: path } = this.#settings
    const now = this.#clock()
    if (this.#ring && (path === undefined || now - this.#checkedAt < maxAge)) return this.#ring
    this.#checkedAt = now
    const stamp = path === undefined ? '' : fileVersion(path)
    const former = this.#ring
    if (former && stamp === this.#stamp) return former
    this.#stamp = stamp
    const ring = this.#load(path).catch((error: unknown) => {
      if (former) {
        report(error)
        return former
      }
      this.#ring = null
      throw error
    })
    this.#ring = ring
    this.#loaded = null
    const keep = (loaded: Keyring) => {
      if (this.#ring === ring) this.#loaded = loaded
    }
    ring.then(keep, () => {})
    return ring
  }

  /** The same at once, as long as it needs no look at the file; else null. */
  loaded = (): Keyring | null =>
    this.#settings.SIGNING_KEYS_FILE === undefined || this.#clock() - this.#checkedAt < RECHECK ? this.#loaded : null

  async #load(path: string | undefined): Promise<Keyring> {
    const file = path === undefined ? null : readKeysFile(path)
    if (!file && this.#fileWasThere) throw new KeysFileError('It is gone.')
    const ring = await loadKeyring(this.#settings, file)
    this.#fileWasThere = file !== null
    return ring
  }
}

/** The keys of a file and of the environment together. */
async function loadKeyring(current: Settings, file: KeysFile | null): Promise<Keyring> {
  const ofFile = await Promise.all(
    (file?.keys ?? []).map((entry) =>
      tokenKey(privateKeyOf(entry), entry.alg, { activeFrom: entry.nbf, retiredFrom: entry.exp }, entry.kid),
    ),
  )
  // Beside a file the environment's keys last as long as it says, and no longer.
  const retiredFrom = ofFile.length > 0 ? (file?.environment?.exp ?? 0) : undefined
  const ofEnvironment = await Promise.all(
    environmentKeys(current).map((key, index) => tokenKey(key, current.ALGORITHM, { retiredFrom, verifiesOnly: index > 0 })),
  )
  const inFile = new Set(ofFile.map(({ kid }) => kid))
  // The environment's come first: tokens without a name are the original's, which knows no other.
  return keyringOf([...ofEnvironment.filter(({ kid }) => !inFile.has(kid)), ...ofFile])
}

/** The environment's keys: the first signs, the others verify what they signed before. */
function environmentKeys({ ALGORITHM, SECRET_KEY, SECRET_KEY_FALLBACKS, SIGNING_KEY, VERIFYING_KEYS = '' }: Settings): KeyObject[] {
  if (isHmac(ALGORITHM)) {
    const secrets = SIGNING_KEY === undefined ? [SECRET_KEY, ...SECRET_KEY_FALLBACKS] : [SIGNING_KEY]
    return [...secrets, ...splitSecrets(VERIFYING_KEYS)].map((secret) => createSecretKey(secret, 'utf8'))
  }
  const signing = SIGNING_KEY === undefined ? [] : [readKey(SIGNING_KEY, ALGORITHM, 'private')]
  const verifying = splitKeys(VERIFYING_KEYS).map((text) => readKey(text, ALGORITHM, 'public'))
  return [...signing, ...verifying].filter((key) => key !== null)
}

/** One line of JSON on standard error; nothing of the file is in it. */
function report(error: unknown): void {
  const reason = error instanceof KeysFileError ? error.message : error instanceof Error ? error.name : 'unknown'
  const line = {
    level: 'error',
    time: new Date().toISOString(),
    event: 'signing_keys_file_failed',
    reason,
    until: 'the last good keys serve',
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

const sources = new WeakMap<Settings, KeySource>()

function source(): KeySource {
  const current = settings()
  const known = sources.get(current) ?? new KeySource(current)
  sources.set(current, known)
  return known
}

/** The keys of the current settings. @param maxAge see KeySource.ring() */
export const keyring = (maxAge?: number): Promise<Keyring> => source().ring(maxAge)
/** The same at once, where they have been read already and need no new look. */
export const loadedKeyring = (): Keyring | null => source().loaded()

/** The public keys of tokens in people's hands and of those to come, as a JWK set (RFC 7517 §5); no secrets, no private members. */
export async function publicKeys(now: Date): Promise<{ keys: JWK[] }> {
  const { keys } = await keyring()
  const alive = keys.filter(({ retiredFrom }) => retiredFrom > now.getTime() / 1000)
  return { keys: alive.flatMap(({ publicJwk }) => (publicJwk ? [publicJwk] : [])) }
}

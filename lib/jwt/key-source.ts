/**
 * The keys of this process: those of the environment, and those of SIGNING_KEYS_FILE, which is read again when it changes,
 * so that keys are changed without a restart.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { type Settings, settings } from '../settings.ts'
import { isHmac, readKey, splitKeys, splitSecrets } from './algorithms.ts'
import { type Keyring, keyringOf, tokenKey } from './keyring.ts'
import { fileVersion, type KeysFile, KeysFileError, privateKeyOf, readKeysFile } from './keys-file.ts'

/** How often the file is looked at, in milliseconds. */
export const RECHECK = 1000

/** How often at most it is looked at because a token names a key that is not known, in milliseconds. */
export const RECHECK_FOR_UNKNOWN = 100

/** Makes the keyrings of a process, and keeps the last good one. */
export class KeySource {
  readonly #settings: Settings
  readonly #clock: () => number
  #ring: Promise<Keyring> | null = null
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
    return ring
  }

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

/** The keys of the current settings. @param maxAge see KeySource.ring() */
export function keyring(maxAge?: number): Promise<Keyring> {
  const current = settings()
  let source = sources.get(current)
  if (!source) {
    source = new KeySource(current)
    sources.set(current, source)
  }
  return source.ring(maxAge)
}

/** The public keys of tokens in people's hands and of those to come, as a JWK set (RFC 7517 §5); no secrets, no private members. */
export async function publicKeys(now: Date): Promise<{ keys: JWK[] }> {
  const { keys } = await keyring()
  const alive = keys.filter(({ retiredFrom }) => retiredFrom > now.getTime() / 1000)
  return { keys: alive.flatMap(({ publicJwk }) => (publicJwk ? [publicJwk] : [])) }
}

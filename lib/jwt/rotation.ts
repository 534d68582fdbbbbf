/** The lives of signing keys: made, accepted everywhere, signing, verifying only, gone. */
import type { KeyObject } from 'node:crypto'
import type { Settings } from '../settings.ts'
import type { KeyFileEntry, KeysFile } from './keys.ts'
import { type Algorithm, kidOf, newKey } from './keys.ts'

/** How long clients may cache the public keys, in seconds. */
export const JWKS_MAX_AGE = 300

/**
 * How long a new key waits until it signs, in seconds: twice as long as others keep the public keys, and enough for the
 * file to be carried to every machine.
 */
export const ACTIVATE_AFTER = 2 * JWKS_MAX_AGE

/** Machines' clocks differ, and one may sign with the old key a little longer than another, in seconds. */
const MARGIN = 120

/** How long a key must verify after it signed last, in seconds: as long as the longest token lives. */
export const retirementTime = ({ ACCESS_TOKEN_LIFETIME, REFRESH_TOKEN_LIFETIME, SLIDING_TOKEN_REFRESH_LIFETIME, LEEWAY }: Settings) =>
  Math.ceil(Math.max(ACCESS_TOKEN_LIFETIME, REFRESH_TOKEN_LIFETIME, SLIDING_TOKEN_REFRESH_LIFETIME) + LEEWAY + MARGIN)

/** A new key for the file; when it begins to sign the rotation says. @param now seconds since 1970 */
export async function makeFileKey(algorithm: Algorithm, now: number, key: KeyObject = newKey(algorithm)): Promise<KeyFileEntry> {
  const jwk = key.export({ format: 'jwk' }) as { kty: string }
  return { ...jwk, kid: await kidOf(key, algorithm), alg: algorithm, use: 'sig', iat: now }
}

export interface Rotation {
  file: KeysFile
  /** When the new key begins to sign. */
  activeFrom: number
  /** Keys that verify until `exp` from now on; kid null for the environment's. */
  retiring: { kid: string | null; exp: number }[]
  /** Keys that are not in the file any more: retired before, or replaced before they signed. */
  removed: string[]
}

/**
 * Adds a key and retires the others.
 * @param before the current file; null when it doesn't exist
 * @param now seconds since 1970
 * @param activateAfter when the new key begins to sign, in seconds from now
 * @param retireAfter how long the others verify after that, in seconds
 * @param environmentSigns whether keys in the environment can sign until then
 * @returns null while another key is waiting to sign, unless the new one is to sign immediately
 */
export function rotate(
  before: KeysFile | null,
  key: KeyFileEntry,
  now: number,
  { activateAfter, retireAfter, environmentSigns }: { activateAfter: number; retireAfter: number; environmentSigns: boolean },
): Rotation | null {
  const keys = before?.keys ?? []
  const alive = keys.filter(({ exp }) => exp === undefined || exp > now)
  const waiting = alive.filter(({ nbf }) => (nbf ?? 0) > now)
  if (waiting.length > 0 && activateAfter > 0) return null
  const current = alive.filter((entry) => !waiting.includes(entry))
  // Nothing else can sign until then, so there is nothing to wait for.
  const nbf = current.length > 0 || environmentSigns ? now + activateAfter : now
  const until = nbf + retireAfter
  const soonest = (exp?: number) => Math.min(exp ?? Number.POSITIVE_INFINITY, until)
  const retired = current.map((entry) => ({ ...entry, exp: soonest(entry.exp) }))
  // A file that was there without a word about the environment never let its keys verify.
  const environment =
    keys.length === 0 ? { exp: soonest(before?.environment?.exp) } : before?.environment && { exp: soonest(before.environment.exp) }
  const goesOn = environmentSigns && environment !== undefined && environment.exp > now
  const kept = retired.filter(({ exp }) => exp > now)
  return {
    file: { ...before, keys: [...kept, { ...key, nbf }], ...(environment && { environment }) },
    activeFrom: nbf,
    retiring: [...(goesOn ? [{ kid: null, exp: environment.exp }] : []), ...kept.map(({ kid, exp }) => ({ kid, exp }))],
    removed: keys.filter(({ kid }) => !kept.some((entry) => entry.kid === kid)).map(({ kid }) => kid),
  }
}

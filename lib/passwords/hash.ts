/** Password hashes in Django's format: made, read, checked, renewed. */
import { randomBytes } from 'node:crypto'
import { settings } from '../settings.ts'
import { readArgon2 } from './hashers/argon2.ts'
import { bcryptCost, makeBcryptSha256, readBcrypt, readBcryptSha256 } from './hashers/bcrypt.ts'
import { readMd5, readSha1 } from './hashers/digest.ts'
import type { HashReader, StoredHash } from './hashers/hasher.ts'
import { readPbkdf2Sha1, readPbkdf2Sha256 } from './hashers/pbkdf2.ts'
import { readScrypt } from './hashers/scrypt.ts'

const PREFERRED = 'bcrypt_sha256'

const READERS = new Map<string, HashReader>([
  ['pbkdf2_sha256', readPbkdf2Sha256],
  ['pbkdf2_sha1', readPbkdf2Sha1],
  ['argon2', readArgon2],
  [PREFERRED, readBcryptSha256],
  ['bcrypt', readBcrypt],
  ['scrypt', readScrypt],
  ['md5', readMd5],
  ['sha1', readSha1],
])

/** A valid bcrypt string of nobody's password; only its cost is filled in. */
const dummyHash = (cost: number) => `$2b$${String(cost).padStart(2, '0')}$${'C'.repeat(21)}.${'C'.repeat(31)}`

/**
 * Hashes a new password as `bcrypt_sha256$$2b$COST$…`: with bcryptjs, readable by Django, and without bcrypt's limit of
 * 72 bytes.
 * @throws ServiceUnavailable when the hashing pool is full
 */
export async function makePassword(password: string): Promise<string> {
  return `${PREFERRED}$${await makeBcryptSha256(password, settings().PASSWORD_BCRYPT_COST)}`
}

/** A hash that no password matches (Django's set_unusable_password). */
export const makeUnusablePassword = () => `!${randomBytes(30).toString('base64url').slice(0, 40)}`

/** Reads a stored hash; null when it is unusable (`!…`), malformed, unknown or beyond the bounds of cost. */
export function readHash(encoded: string): StoredHash | null {
  const legacy = /^[0-9a-f]{32}$/.test(encoded) ? `md5$$${encoded}` : encoded
  const dollar = legacy.indexOf('$')
  const algorithm = legacy.slice(0, Math.max(dollar, 0))
  const hash = READERS.get(algorithm)?.(legacy.slice(dollar + 1))
  return hash ? { ...hash, algorithm } : null
}

/**
 * Whether a password is the stored hash's. Without a hash that could be checked (no account, unusable password) the work
 * of the preferred one is done all the same, so that the answer's time does not tell which it was (CVE-2024-39329).
 * @throws ServiceUnavailable when the hashing pool is full
 */
export async function checkPassword(password: string, encoded: string | null): Promise<boolean> {
  const hash = encoded === null ? null : readHash(encoded)
  if (hash) return hash.matches(password)
  const dummy = readBcryptSha256(dummyHash(settings().PASSWORD_BCRYPT_COST))
  await dummy?.matches(password)
  return false
}

/** Whether a stored hash is not what makePassword() would make now: another algorithm or another cost. */
export function needsRehash(encoded: string): boolean {
  const [prefix, bcrypt] = [encoded.slice(0, PREFERRED.length + 1), encoded.slice(PREFERRED.length + 1)]
  return prefix !== `${PREFERRED}$` || bcryptCost(bcrypt) !== settings().PASSWORD_BCRYPT_COST
}

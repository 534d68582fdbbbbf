/** Reads password hashes in every format that Django ever wrote. */
import { readArgon2 } from './hashers/argon2.ts'
import { readBcrypt, readBcryptSha256 } from './hashers/bcrypt.ts'
import { readMd5, readSha1 } from './hashers/digest.ts'
import type { HashReader, StoredHash } from './hashers/hasher.ts'
import { readPbkdf2Sha1, readPbkdf2Sha256 } from './hashers/pbkdf2.ts'
import { readScrypt } from './hashers/scrypt.ts'

const READERS = new Map<string, HashReader>([
  ['pbkdf2_sha256', readPbkdf2Sha256],
  ['pbkdf2_sha1', readPbkdf2Sha1],
  ['argon2', readArgon2],
  ['bcrypt_sha256', readBcryptSha256],
  ['bcrypt', readBcrypt],
  ['scrypt', readScrypt],
  ['md5', readMd5],
  ['sha1', readSha1],
])

/** Reads a stored hash; null when it is unusable (`!…`), malformed, unknown or beyond the bounds of cost. */
export function readHash(encoded: string): StoredHash | null {
  const legacy = /^[0-9a-f]{32}$/.test(encoded) ? `md5$$${encoded}` : encoded
  const dollar = legacy.indexOf('$')
  const algorithm = legacy.slice(0, Math.max(dollar, 0))
  const hash = READERS.get(algorithm)?.(legacy.slice(dollar + 1))
  return hash ? { ...hash, algorithm } : null
}

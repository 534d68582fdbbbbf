/** Password hashes in Django's format: made, checked, renewed. */
import { randomBytes } from 'node:crypto'
import { fallsShort, type HashFormat } from './hash-format.ts'
import { makeArgon2 } from './hashers/argon2.ts'
import { makeBcryptSha256 } from './hashers/bcrypt.ts'
import { makePbkdf2Sha256 } from './hashers/pbkdf2.ts'
import { makeScrypt } from './hashers/scrypt.ts'
import { preferredFormat } from './preferred-format.ts'
import { readHash } from './read-hash.ts'
import { spellingsOf } from './spellings.ts'

/**
 * Hashes a new password in the preferred format: `bcrypt_sha256$$2b$COST$…` unless PASSWORD_HASHER or a Django beside us
 * say otherwise. All of them are Django's, and none cuts a password.
 * @throws ServiceUnavailable when the hashing pool is full
 */
export async function makePassword(password: string): Promise<string> {
  return hashInFormat(password, (await preferredFormat()).format)
}

/** @throws ServiceUnavailable when the hashing pool is full */
export async function hashInFormat(password: string, { algorithm, costs }: HashFormat): Promise<string> {
  const make = {
    bcrypt_sha256: ({ rounds = 0 }) => makeBcryptSha256(password, rounds),
    pbkdf2_sha256: ({ iterations = 0 }) => makePbkdf2Sha256(password, iterations),
    argon2: ({ memory = 0, time = 0, lanes = 0, length = 0 }) => makeArgon2(password, memory, time, lanes, length),
    scrypt: ({ workFactor = 0, blockSize = 0, parallelism = 0 }) => makeScrypt(password, workFactor, blockSize, parallelism),
  }[algorithm] as (costs: Record<string, number>) => Promise<string>
  return `${algorithm}$${await make(costs)}`
}

/** A hash that no password matches (Django's set_unusable_password). */
export const makeUnusablePassword = () => `!${randomBytes(30).toString('base64url').slice(0, 40)}`

/** Whether a password is the stored hash's, as matchPassword() tries it. @throws ServiceUnavailable when the hashing pool is full */
export const checkPassword = async (password: string, encoded: string | null): Promise<boolean> =>
  (await matchPassword(password, encoded)) !== null

/**
 * The spelling of a password that the stored hash was made of; null for none. A failure costs one hash for each spelling,
 * whatever the account: where there is nothing to check (no account, unusable password, a spelling that does not count) the
 * work of the preferred format is done all the same, so that the answer's time tells nothing (CVE-2024-39329).
 * @throws ServiceUnavailable when the hashing pool is full
 */
export async function matchPassword(password: string, encoded: string | null): Promise<string | null> {
  const hash = encoded === null ? null : readHash(encoded)
  const { format, besideDjango } = await preferredFormat()
  const madeHere = hash?.algorithm === format.algorithm && !besideDjango
  for (const { text, foreignOnly } of spellingsOf(password)) {
    const counts = hash !== null && !(foreignOnly && madeHere)
    const matches = await (counts ? hash : readHash(dummyHash(format)))?.matches(text)
    if (counts && matches) return text
  }
  return null
}

/** A well-formed hash that no password matches, at the costs of a format. */
function dummyHash({ algorithm, costs }: HashFormat): string {
  const salt = 'C'.repeat(22)
  const base64 = (bytes: number) => Buffer.alloc(bytes).toString('base64').replaceAll('=', '')
  if (algorithm === 'bcrypt_sha256') return `${algorithm}$$2b$${String(costs.rounds).padStart(2, '0')}$${'C'.repeat(21)}.${'C'.repeat(31)}`
  if (algorithm === 'pbkdf2_sha256') return `${algorithm}$${costs.iterations}$${salt}$${base64(32)}`
  if (algorithm === 'scrypt') return `${algorithm}$${costs.workFactor}$${salt}$${costs.blockSize}$${costs.parallelism}$${base64(64)}`
  return `${algorithm}$argon2id$v=19$m=${costs.memory},t=${costs.time},p=${costs.lanes}$${salt}$${base64(costs.length)}`
}

/** Algorithms that no Django prefers, with or without a salt. */
const OUTDATED = ['md5', 'sha1', 'pbkdf2_sha1']

/** Whether a login is to renew a stored hash. A dearer one than ours stays as it is. */
export async function needsRehash(encoded: string): Promise<boolean> {
  const { format, renews } = await preferredFormat()
  if (renews === 'outdated') return OUTDATED.includes(readHash(encoded)?.algorithm ?? '')
  return renews === 'all' && fallsShort(encoded, format)
}

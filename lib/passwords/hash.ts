/** Password hashes in Django's format: made, checked, renewed. */
import { randomBytes } from 'node:crypto'
import { strip } from '../fields/text.ts'
import { fallsShort, type HashFormat, preferredFormat } from './hash-format.ts'
import { makeArgon2, makeBcryptSha256, makePbkdf2Sha256, makeScrypt, readHash } from './hashers.ts'

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

/** A spelling of an entered password that a stored hash may have been made of. */
interface Spelling {
  text: string
  /** Tried only on hashes that were not made here: Django REST framework trims what it is sent, we take what was entered. */
  foreignOnly: boolean
}

/**
 * As it was entered first, then in NFC (a keyboard of another system composes letters differently), then without outer
 * blanks. How many there are depends on the text alone, so the work of a failed login tells nothing of the account.
 */
function spellingsOf(password: string): Spelling[] {
  const spellings: Spelling[] = [{ text: password, foreignOnly: false }]
  const add = (text: string, foreignOnly: boolean) => {
    if (text !== '' && spellings.every((known) => known.text !== text)) spellings.push({ text, foreignOnly })
  }
  add(password.normalize('NFC'), false)
  add(strip(password), true)
  return spellings
}

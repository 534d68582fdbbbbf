/** Password hashes in Django's formats: made, checked, renewed. Either system reads and keeps the other's. */
import { randomBytes } from 'node:crypto'
import { database, hasDjangoTables } from '../db/client.ts'
import { strip } from '../fields/text.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import type { PasswordHasher } from '../settings-values.ts'
import { bcryptCost, makeArgon2, makeBcryptSha256, makePbkdf2Sha256, makeScrypt, readHash } from './hashers.ts'

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

/** Whether an account has a password that it can be signed in to with (Django's is_password_usable). */
export const isUsablePassword = (encoded: string) => encoded !== '' && !encoded.startsWith('!')

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

/** An algorithm with its costs, by Django's names of them; all are numbers of which more is dearer. */
export type HashFormat =
  | { algorithm: 'bcrypt_sha256'; costs: { rounds: number } }
  | { algorithm: 'pbkdf2_sha256'; costs: { iterations: number } }
  | { algorithm: 'argon2'; costs: { memory: number; time: number; lanes: number; length: number } }
  | { algorithm: 'scrypt'; costs: { workFactor: number; blockSize: number; parallelism: number } }

/** What Django 6.1 makes, where nothing else is known. @param bcryptRounds PASSWORD_BCRYPT_COST */
export function knownFormat(algorithm: PasswordHasher, bcryptRounds: number): HashFormat {
  if (algorithm === 'bcrypt_sha256') return { algorithm, costs: { rounds: bcryptRounds } }
  if (algorithm === 'pbkdf2_sha256') return { algorithm, costs: { iterations: 1_500_000 } }
  if (algorithm === 'argon2') return { algorithm, costs: { memory: 102_400, time: 2, lanes: 8, length: 32 } }
  return { algorithm, costs: { workFactor: 2 ** 14, blockSize: 8, parallelism: 5 } }
}

/** The format of a stored hash; null for one that PASSWORD_HASHER cannot choose. */
export function formatOf(encoded: string): HashFormat | null {
  const [algorithm = '', ...parts] = encoded.split('$')
  if (algorithm === 'bcrypt_sha256') {
    const rounds = bcryptCost(encoded.slice(algorithm.length + 1))
    return rounds === null ? null : { algorithm, costs: { rounds } }
  }
  if (algorithm === 'pbkdf2_sha256') return whole({ algorithm, costs: { iterations: Number(parts[0]) } })
  if (algorithm === 'scrypt') {
    return whole({ algorithm, costs: { workFactor: Number(parts[0]), blockSize: Number(parts[2]), parallelism: Number(parts[3]) } })
  }
  const [, memory, time, lanes, hash = ''] = /^argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[^$]+\$(.+)$/.exec(encoded) ?? []
  if (memory === undefined) return null
  const length = Buffer.from(hash, 'base64').length
  return { algorithm: 'argon2', costs: { memory: Number(memory), time: Number(time), lanes: Number(lanes), length } }
}

const whole = (format: HashFormat) => (Object.values(format.costs).every((cost) => Number.isInteger(cost) && cost > 0) ? format : null)

/**
 * Whether a stored hash falls short of a format: another algorithm, or cheaper. A dearer one is kept: Django's counts rise
 * with its releases, and two systems that each wrote their own would do so at each login.
 */
export function fallsShort(encoded: string, { algorithm, costs }: HashFormat): boolean {
  const found = formatOf(encoded)
  if (found?.algorithm !== algorithm) return true
  const before = found.costs as Record<string, number>
  return Object.entries(costs).some(([name, cost]) => (before[name] ?? 0) < cost)
}

/**
 * Which format new hashes get, and which stored ones are renewed at login. In a database that Django keeps its tables in,
 * both follow what Django writes there, unless PASSWORD_HASHER says otherwise: no hash goes back and forth between the two,
 * and the way back needs no Python package that Django did not need before.
 */
export interface Preference {
  /** Of new hashes. */
  format: HashFormat
  /** Which stored hashes a login renews: all weaker ones, only those of outdated algorithms, or none. */
  renews: 'all' | 'outdated' | 'none'
  /** Whether the format follows a Django, whose tables are in the database. */
  besideDjango: boolean
  /** What Django writes, where that costs more than this server spends on a hash and cannot be followed; otherwise null. */
  tooDear: HashFormat | null
}

interface CommonFormat {
  format: HashFormat
  /** Whether its costs are within the bounds of this server. */
  isReadable: boolean
}

/** Hashes looked at for what Django writes: those of the newest logins and accounts, each of which it renewed. */
const SAMPLE = 500

const preference = processValue<Promise<Preference>>('preferredFormat')

/** Asked of the database once in a process. @throws where the database does not answer; it is asked anew then */
export function preferredFormat(): Promise<Preference> {
  preference.current ??= findPreference().catch((error: unknown) => {
    preference.current = undefined
    throw error
  })
  return preference.current
}

/** The preference as settings and database have it now. */
export async function findPreference(): Promise<Preference> {
  const { PASSWORD_HASHER: chosen, PASSWORD_REHASH_ON_LOGIN: rehash, PASSWORD_BCRYPT_COST: rounds } = settings()
  // bcrypt_sha256 never follows Django: it is the default without Django, and the choice once Django is gone.
  const besideDjango = chosen !== 'bcrypt_sha256' && (await hasDjangoTables())
  const algorithm = chosen ?? (besideDjango ? 'pbkdf2_sha256' : 'bcrypt_sha256')
  const found = besideDjango ? await mostCommonFormat(algorithm) : null
  // One dearer than this server reads would lock out everyone whose password is set here.
  const tooDear = found && !found.isReadable ? found.format : null
  const format = found?.isReadable ? found.format : knownFormat(algorithm, rounds)
  const renewing = chosen === undefined && besideDjango && rehash === undefined ? 'outdated' : 'all'
  return { format, renews: rehash === false ? 'none' : renewing, besideDjango, tooDear }
}

/** The format of most of the newest hashes of an algorithm; null where there are no such hashes. */
async function mostCommonFormat(algorithm: PasswordHasher): Promise<CommonFormat | null> {
  const select = { password: true } as const
  const used = await database().user.findMany({ where: { lastLogin: { not: null } }, orderBy: { lastLogin: 'desc' }, take: SAMPLE, select })
  const made = await database().user.findMany({ orderBy: { id: 'desc' }, take: SAMPLE, select })
  for (const rows of [used, made]) {
    const counts = new Map<string, CommonFormat & { times: number }>()
    for (const { password } of rows) {
      const format = formatOf(password)
      if (format?.algorithm !== algorithm) continue
      const isReadable = readHash(password) !== null
      const key = JSON.stringify([format.costs, isReadable])
      counts.set(key, { format, isReadable, times: (counts.get(key)?.times ?? 0) + 1 })
    }
    const [most] = [...counts.values()].sort((one, other) => other.times - one.times)
    if (most) return most
  }
  return null
}

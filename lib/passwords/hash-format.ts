/** In which format passwords are hashed: Django's names and parameters, so that either system reads and keeps the other's. */
import { database, hasDjangoTables } from '../db/client.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import type { PasswordHasher } from '../settings-values.ts'
import { bcryptCost, readHash } from './hashers.ts'

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

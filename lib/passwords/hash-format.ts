/** In which format passwords are hashed: Django's names and parameters, so that either system reads and keeps the other's. */
import type { PasswordHasher } from '../settings-values.ts'
import { bcryptCost } from './hashers/bcrypt.ts'

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

/** Reads password hashes in every format that Django ever wrote, and makes those that it prefers today. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { hashingPool } from './pool.ts'

/** A stored hash that a hasher has read: its cost is within bounds, so checking it is safe. */
export interface StoredHash {
  /** Django's name of the algorithm, the part before the first `$`. */
  algorithm: string
  /** Whether the password is the one the hash was made of. Throws 503 when the hashing pool is full. */
  matches(password: string): Promise<boolean>
}

/**
 * Reads what Django stored behind `algorithm$`.
 * @returns null when malformed, or when its cost parameters are beyond what this server is willing to spend
 */
type HashReader = (rest: string) => Omit<StoredHash, 'algorithm'> | null

/** What worker.mjs can derive. Byte strings travel as base64. */
export type Derivation =
  | { derivation: 'bcryptHash'; input: { input: string; cost: number } }
  | { derivation: 'bcryptCompare'; input: { input: string; hash: string } }
  | { derivation: 'pbkdf2'; input: { password: string; salt: string; iterations: number; length: number; digest: string } }
  | { derivation: 'scrypt'; input: { password: string; salt: string; length: number; N: number; r: number; p: number } }
  | {
      derivation: 'argon2'
      input: { type: string; password: string; salt: string; memory: number; iterations: number; parallelism: number; length: number }
    }

/** Compares two byte strings given as base64, in constant time. */
function equalBytes(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'base64'), Buffer.from(right, 'base64')]
  return a.length === b.length && timingSafeEqual(a, b)
}

const SALT_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** 131 bits in 22 characters, as Django's; it renews a hash whose salt has fewer than 128. */
const SALT_LENGTH = 22

/** A new salt, as text of letters and digits (Django's BasePasswordHasher.salt). */
const newSalt = () => Array.from({ length: SALT_LENGTH }, () => SALT_CHARACTERS[randomInt(SALT_CHARACTERS.length)]).join('')

/** Each step doubles the work: 16 takes some five seconds in JavaScript. */
const MAX_BCRYPT_COST = 16

const hexSha256 = (password: string) => createHash('sha256').update(password, 'utf8').digest('hex')

/** The cost of a bcrypt string, null when it is not one or is beyond bounds. */
export function bcryptCost(hash: string): number | null {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1])
  return cost >= 4 && cost <= MAX_BCRYPT_COST ? cost : null
}

// `bcrypt_sha256$$2b$12$…`: bcrypt of the lower-case hex SHA-256, so that no password is cut at 72 bytes; `bcrypt$$2b$12$…` is of the
// password itself (Django's BCryptSHA256PasswordHasher and BCryptPasswordHasher).
const bcryptReader =
  (prepare: (password: string) => string): HashReader =>
  (rest) => {
    if (bcryptCost(rest) === null) return null
    return {
      matches: async (password) => {
        const input = { input: prepare(password), hash: rest }
        return (await hashingPool().run({ derivation: 'bcryptCompare', input })) as boolean
      },
    }
  }

const readBcryptSha256 = bcryptReader(hexSha256)
const readBcrypt = bcryptReader((password) => password)

/** Returns what follows `bcrypt_sha256$`. @param cost 2^cost rounds */
export async function makeBcryptSha256(password: string, cost: number): Promise<string> {
  return (await hashingPool().run({ derivation: 'bcryptHash', input: { input: hexSha256(password), cost } })) as string
}

/** Django 6.2 uses 1.8 million; a row that says more than this costs more than a login may. */
const MAX_PBKDF2_ITERATIONS = 5_000_000

// `pbkdf2_sha256$ITERATIONS$SALT$BASE64` and `pbkdf2_sha1$…` (Django's PBKDF2PasswordHasher). The salt is UTF-8 text.
const pbkdf2Reader =
  (digest: string, length: number): HashReader =>
  (rest) => {
    const [, iterationsText, salt, hash] = /^([1-9]\d{0,8})\$([^$]+)\$([A-Za-z0-9+/]+=*)$/.exec(rest) ?? []
    const iterations = Number(iterationsText)
    if (!salt || !hash || iterations > MAX_PBKDF2_ITERATIONS) return null
    return {
      matches: async (password) => {
        const input = { password, salt, iterations, length, digest }
        return equalBytes((await hashingPool().run({ derivation: 'pbkdf2', input })) as string, hash)
      },
    }
  }

const readPbkdf2Sha256 = pbkdf2Reader('sha256', 32)
const readPbkdf2Sha1 = pbkdf2Reader('sha1', 20)

/** Returns what follows `pbkdf2_sha256$`. */
export async function makePbkdf2Sha256(password: string, iterations: number): Promise<string> {
  const salt = newSalt()
  const input = { password, salt, iterations, length: 32, digest: 'sha256' }
  return `${iterations}$${salt}$${await hashingPool().run({ derivation: 'pbkdf2', input })}`
}

/** Django uses 100 MiB, 2 passes, 8 lanes. */
const MAX_ARGON2_MEMORY_KIB = 256 * 1024
const MAX_ARGON2_ITERATIONS = 16
const MAX_ARGON2_LANES = 32

// `argon2$argon2id$v=19$m=…,t=…,p=…$SALT$HASH` (Django's Argon2PasswordHasher): a PHC string behind the first `$`.
const ARGON2_PHC = /^(argon2(?:id|i|d))\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

const readArgon2: HashReader = (rest) => {
  const [, type, m, t, p, salt, hash] = ARGON2_PHC.exec(rest) ?? []
  if (!type || !salt || !hash) return null
  const [memory, iterations, parallelism] = [Number(m), Number(t), Number(p)]
  const saltBytes = Buffer.from(salt, 'base64').length
  const length = Buffer.from(hash, 'base64').length
  const bounded = memory <= MAX_ARGON2_MEMORY_KIB && iterations <= MAX_ARGON2_ITERATIONS && parallelism <= MAX_ARGON2_LANES
  // RFC 9106 §3.1 sets the lower bounds.
  const sound = iterations >= 1 && parallelism >= 1 && memory >= 8 * parallelism && saltBytes >= 8 && length >= 4 && length <= 128
  if (!bounded || !sound) return null
  return {
    matches: async (password) => {
      const input = { type, password, salt, memory, iterations, parallelism, length }
      return equalBytes((await hashingPool().run({ derivation: 'argon2', input })) as string, hash)
    },
  }
}

/** Returns what follows `argon2$`. @param memory in KiB @param length of the hash, in bytes */
export async function makeArgon2(
  password: string,
  memory: number,
  iterations: number,
  parallelism: number,
  length: number,
): Promise<string> {
  const salt = Buffer.from(newSalt()).toString('base64')
  const input = { type: 'argon2id', password, salt, memory, iterations, parallelism, length }
  const hash = (await hashingPool().run({ derivation: 'argon2', input })) as string
  const unpadded = (text: string) => text.replaceAll('=', '')
  return `argon2id$v=19$m=${memory},t=${iterations},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Django uses N=2^14, r=8, p=1 to 5: 16 MiB. */
const MAX_SCRYPT_MEMORY_BYTES = 256 * 1024 * 1024
const MAX_SCRYPT_PARALLELISM = 16
const SCRYPT_KEY_LENGTH = 64

// `scrypt$N$SALT$R$P$BASE64` (Django's ScryptPasswordHasher). The salt is UTF-8 text, the key 64 bytes.
const readScrypt: HashReader = (rest) => {
  const [, n, salt, rText, pText, hash] = /^(\d{1,9})\$([^$]+)\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]+=*)$/.exec(rest) ?? []
  if (!salt || !hash) return null
  const [N, r, p] = [Number(n), Number(rText), Number(pText)]
  const powerOfTwo = N >= 2 && Number.isInteger(Math.log2(N))
  if (!powerOfTwo || r < 1 || p < 1 || p > MAX_SCRYPT_PARALLELISM || 128 * N * r > MAX_SCRYPT_MEMORY_BYTES) return null
  return {
    matches: async (password) => {
      const input = { password, salt, length: SCRYPT_KEY_LENGTH, N, r, p }
      return equalBytes((await hashingPool().run({ derivation: 'scrypt', input })) as string, hash)
    },
  }
}

/** Returns what follows `scrypt$`. */
export async function makeScrypt(password: string, N: number, r: number, p: number): Promise<string> {
  const salt = newSalt()
  const hash = await hashingPool().run({ derivation: 'scrypt', input: { password, salt, length: SCRYPT_KEY_LENGTH, N, r, p } })
  return `${N}$${salt}$${r}$${p}$${hash}`
}

// `md5$SALT$HEX` and `sha1$SALT$HEX`, salt possibly empty, and the bare 32 hexadecimal digits of Django's oldest rows.
const digestReader =
  (algorithm: 'md5' | 'sha1', digits: number): HashReader =>
  (rest) => {
    const [, salt, hex] = /^([^$]*)\$([0-9a-f]+)$/.exec(rest) ?? []
    if (salt === undefined || hex?.length !== digits) return null
    return {
      matches: async (password) => {
        const digest = createHash(algorithm)
          .update(salt + password, 'utf8')
          .digest('hex')
        return timingSafeEqual(Buffer.from(digest), Buffer.from(hex))
      },
    }
  }

const readMd5 = digestReader('md5', 32)
const readSha1 = digestReader('sha1', 40)

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

/**
 * `bcrypt_sha256$$2b$12$…` (bcrypt of the lower-case hex SHA-256, so that no password is cut at 72 bytes) and
 * `bcrypt$$2b$12$…` (bcrypt of the password itself), as Django's BCryptSHA256PasswordHasher and BCryptPasswordHasher.
 */
import { createHash } from 'node:crypto'
import { hashingPool } from '../pool.ts'
import type { HashReader } from './hasher.ts'

/** Each step doubles the work: 16 takes some five seconds in JavaScript. */
const MAX_COST = 16

const hexSha256 = (password: string) => createHash('sha256').update(password, 'utf8').digest('hex')

/** The cost of a bcrypt string, null when it is not one or is beyond bounds. */
export function bcryptCost(hash: string): number | null {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1])
  return cost >= 4 && cost <= MAX_COST ? cost : null
}

const reader =
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

export const readBcryptSha256 = reader(hexSha256)
export const readBcrypt = reader((password) => password)

/** Returns what follows `bcrypt_sha256$`. @param cost 2^cost rounds */
export async function makeBcryptSha256(password: string, cost: number): Promise<string> {
  return (await hashingPool().run({ derivation: 'bcryptHash', input: { input: hexSha256(password), cost } })) as string
}

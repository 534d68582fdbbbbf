/** `pbkdf2_sha256$ITERATIONS$SALT$BASE64` and `pbkdf2_sha1$…` (Django's PBKDF2PasswordHasher). The salt is UTF-8 text. */
import { hashingPool } from '../pool.ts'
import { equalBytes } from './equal.ts'
import type { HashReader } from './hasher.ts'
import { newSalt } from './salt.ts'

/** Django 6.2 uses 1.8 million; a row that says more than this costs more than a login may. */
const MAX_ITERATIONS = 5_000_000

const reader =
  (digest: string, length: number): HashReader =>
  (rest) => {
    const [, iterationsText, salt, hash] = /^([1-9]\d{0,8})\$([^$]+)\$([A-Za-z0-9+/]+=*)$/.exec(rest) ?? []
    const iterations = Number(iterationsText)
    if (!salt || !hash || iterations > MAX_ITERATIONS) return null
    return {
      matches: async (password) => {
        const input = { password, salt, iterations, length, digest }
        return equalBytes((await hashingPool().run({ derivation: 'pbkdf2', input })) as string, hash)
      },
    }
  }

export const readPbkdf2Sha256 = reader('sha256', 32)
export const readPbkdf2Sha1 = reader('sha1', 20)

/** Returns what follows `pbkdf2_sha256$`. */
export async function makePbkdf2Sha256(password: string, iterations: number): Promise<string> {
  const salt = newSalt()
  const input = { password, salt, iterations, length: 32, digest: 'sha256' }
  return `${iterations}$${salt}$${await hashingPool().run({ derivation: 'pbkdf2', input })}`
}

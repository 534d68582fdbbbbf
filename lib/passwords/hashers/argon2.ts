/** `argon2$argon2id$v=19$m=…,t=…,p=…$SALT$HASH` (Django's Argon2PasswordHasher): a PHC string behind the first `$`. */
import { hashingPool } from '../pool.ts'
import { equalBytes } from './equal.ts'
import type { HashReader } from './hasher.ts'
import { newSalt } from './salt.ts'

/** Django uses 100 MiB, 2 passes, 8 lanes. */
const MAX_MEMORY_KIB = 256 * 1024
const MAX_ITERATIONS = 16
const MAX_LANES = 32

const PHC = /^(argon2(?:id|i|d))\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

export const readArgon2: HashReader = (rest) => {
  const [, type, m, t, p, salt, hash] = PHC.exec(rest) ?? []
  if (!type || !salt || !hash) return null
  const [memory, iterations, parallelism] = [Number(m), Number(t), Number(p)]
  const saltBytes = Buffer.from(salt, 'base64').length
  const length = Buffer.from(hash, 'base64').length
  const bounded = memory <= MAX_MEMORY_KIB && iterations <= MAX_ITERATIONS && parallelism <= MAX_LANES
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

/** `scrypt$N$SALT$R$P$BASE64` (Django's ScryptPasswordHasher). The salt is UTF-8 text, the key 64 bytes. */
import { hashingPool } from '../pool.ts'
import { equalBytes } from './equal.ts'
import type { HashReader } from './hasher.ts'
import { newSalt } from './salt.ts'

/** Django uses N=2^14, r=8, p=1 to 5: 16 MiB. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024
const MAX_PARALLELISM = 16
const KEY_LENGTH = 64

export const readScrypt: HashReader = (rest) => {
  const [, n, salt, rText, pText, hash] = /^(\d{1,9})\$([^$]+)\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]+=*)$/.exec(rest) ?? []
  if (!salt || !hash) return null
  const [N, r, p] = [Number(n), Number(rText), Number(pText)]
  const powerOfTwo = N >= 2 && Number.isInteger(Math.log2(N))
  if (!powerOfTwo || r < 1 || p < 1 || p > MAX_PARALLELISM || 128 * N * r > MAX_MEMORY_BYTES) return null
  return {
    matches: async (password) => {
      const input = { password, salt, length: KEY_LENGTH, N, r, p }
      return equalBytes((await hashingPool().run({ derivation: 'scrypt', input })) as string, hash)
    },
  }
}

/** Returns what follows `scrypt$`. */
export async function makeScrypt(password: string, N: number, r: number, p: number): Promise<string> {
  const salt = newSalt()
  const hash = await hashingPool().run({ derivation: 'scrypt', input: { password, salt, length: KEY_LENGTH, N, r, p } })
  return `${N}$${salt}$${r}$${p}$${hash}`
}

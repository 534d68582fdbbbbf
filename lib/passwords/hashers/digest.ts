/** `md5$SALT$HEX` and `sha1$SALT$HEX`, salt possibly empty, and the bare 32 hexadecimal digits of Django's oldest rows. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { HashReader } from './hasher.ts'

const reader =
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

export const readMd5 = reader('md5', 32)
export const readSha1 = reader('sha1', 40)

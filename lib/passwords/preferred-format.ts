/**
 * Which format new hashes get, and which stored ones are renewed at login. In a database that Django keeps its tables in,
 * both follow what Django writes there, unless PASSWORD_HASHER says otherwise: no hash goes back and forth between the two,
 * and the way back needs no Python package that Django did not need before.
 */

import { database } from '../db/client.ts'
import { hasDjangoTables } from '../db/django-tables.ts'
import { settings } from '../settings.ts'
import type { PasswordHasher } from '../settings-values.ts'
import { formatOf, type HashFormat, knownFormat } from './hash-format.ts'
import { readHash } from './read-hash.ts'

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

let preference: Promise<Preference> | undefined

/** Asked of the database once in a process. @throws where the database does not answer; it is asked anew then */
export function preferredFormat(): Promise<Preference> {
  preference ??= findPreference().catch((error: unknown) => {
    preference = undefined
    throw error
  })
  return preference
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

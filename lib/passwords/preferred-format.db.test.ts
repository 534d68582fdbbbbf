/** Hashes in a database that Django keeps its tables in (docs/migrating-from-django.md). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { type Settings, settings } from '../settings.ts'
import type { PasswordHasher } from '../settings-values.ts'
import { newUser } from '../users/testing/new-user.ts'
import { findPreference, formatOf, hashInFormat, knownFormat } from './hash.ts'
import { readHash } from './hashers.ts'
import { hashingPool } from './pool.ts'

const former = { ...settings(), PASSWORD_BCRYPT_COST: 10 }
const set = (changed: Partial<Settings>) =>
  Object.assign(settings(), former, { PASSWORD_HASHER: undefined, PASSWORD_REHASH_ON_LOGIN: undefined, ...changed })
const writeHashes = async (hashes: [string, times: number][], lastLogin: Date | null) => {
  for (const [password, times] of hashes) for (let n = 0; n < times; n++) await newUser({ password, lastLogin })
}
const pbkdf2 = (iterations: number) => `pbkdf2_sha256$${iterations}$salt$AAAA`

beforeEach(() => set({}))
afterEach(async () => {
  Object.assign(settings(), former)
  await database().user.deleteMany()
})
afterAll(() => hashingPool().close())

it('a database of our own gets bcrypt_sha256 of PASSWORD_BCRYPT_COST, and everything else is renewed', async () => {
  await writeHashes([[pbkdf2(260_000), 3]], new Date())
  expect(await findPreference()).toEqual({
    format: { algorithm: 'bcrypt_sha256', costs: { rounds: 10 } },
    renews: 'all',
    besideDjango: false,
    tooDear: null,
  })
  set({ PASSWORD_HASHER: 'pbkdf2_sha256', PASSWORD_REHASH_ON_LOGIN: false })
  expect(await findPreference()).toMatchObject({ format: { costs: { iterations: 1_500_000 } }, renews: 'none', besideDjango: false })
})

describe('in a database of Django’s', () => {
  beforeAll(async () => {
    await database().$executeRaw`CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)`
  })

  it('new hashes are pbkdf2_sha256 at the count that Django writes, whatever else there is, and what Django may prefer stays', async () => {
    await writeHashes(
      [
        [pbkdf2(260_000), 5],
        [pbkdf2(1_200_000), 1],
        [pbkdf2(10_000), 2],
        ['md5$a$b', 9],
      ],
      new Date(),
    )
    await writeHashes([[pbkdf2(150_000), 20]], null)
    expect(await findPreference()).toEqual({
      format: { algorithm: 'pbkdf2_sha256', costs: { iterations: 260_000 } },
      renews: 'outdated',
      besideDjango: true,
      tooDear: null,
    })
  })

  it('without logins it is the count of the newest accounts, and without accounts that of the newest Django', async () => {
    expect((await findPreference()).format).toEqual({ algorithm: 'pbkdf2_sha256', costs: { iterations: 1_500_000 } })
    await writeHashes(
      [
        [pbkdf2(600_000), 2],
        [pbkdf2(10_000), 1],
      ],
      null,
    )
    expect((await findPreference()).format).toEqual({ algorithm: 'pbkdf2_sha256', costs: { iterations: 600_000 } })
  })

  it.each<[PasswordHasher, hash: string]>([
    ['pbkdf2_sha256', pbkdf2(26_000_000)],
    ['argon2', `argon2$argon2id$v=19$m=524288,t=2,p=8$${'C'.repeat(22)}$${'C'.repeat(43)}`],
    ['argon2', `argon2$argon2id$v=19$m=102400,t=2,p=64$${'C'.repeat(22)}$${'C'.repeat(43)}`],
    ['scrypt', 'scrypt$1048576$salt$8$1$AAAA'],
  ])('a %s format beyond the bounds is not followed: the passwords that are set here work here', async (algorithm, hash) => {
    await writeHashes([[hash, 3]], new Date())
    await writeHashes([[pbkdf2(10_000), 1]], new Date())
    set({ PASSWORD_HASHER: algorithm })
    const { format, tooDear } = await findPreference()
    expect(tooDear).toEqual(formatOf(hash))
    expect(format).toEqual(knownFormat(algorithm, 10))
    expect(readHash(await hashInFormat('correct horse', format))).not.toBeNull()
  })

  it('PASSWORD_HASHER chooses, with Django’s costs, and PASSWORD_REHASH_ON_LOGIN says whether hashes are renewed', async () => {
    await writeHashes(
      [
        ['scrypt$16384$salt$8$1$AAAA', 2],
        [pbkdf2(870_000), 1],
      ],
      new Date(),
    )
    set({ PASSWORD_HASHER: 'scrypt' })
    expect(await findPreference()).toEqual({
      format: { algorithm: 'scrypt', costs: { workFactor: 16_384, blockSize: 8, parallelism: 1 } },
      renews: 'all',
      besideDjango: true,
      tooDear: null,
    })
    set({ PASSWORD_HASHER: 'pbkdf2_sha256', PASSWORD_REHASH_ON_LOGIN: false })
    expect(await findPreference()).toMatchObject({ format: { costs: { iterations: 870_000 } }, renews: 'none' })
    set({ PASSWORD_REHASH_ON_LOGIN: true })
    expect(await findPreference()).toMatchObject({ format: { algorithm: 'pbkdf2_sha256' }, renews: 'all' })
    set({ PASSWORD_HASHER: 'bcrypt_sha256' })
    expect(await findPreference()).toMatchObject({ format: { costs: { rounds: 10 } }, renews: 'all', besideDjango: false })
  })
})

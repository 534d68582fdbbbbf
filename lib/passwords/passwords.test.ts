import { dictionary } from '@zxcvbn-ts/language-common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServiceUnavailable } from '../errors.ts'
import { settings } from '../settings.ts'
import { isCommonPassword } from './common-passwords.ts'
import djangoList from './django-common-passwords.json' with { type: 'json' }
import {
  checkPassword,
  fallsShort,
  formatOf,
  type HashFormat,
  hashInFormat,
  makePassword,
  makeUnusablePassword,
  matchPassword,
  needsRehash,
} from './hash.ts'
import { readHash } from './hashers.ts'
import { passwordProblems } from './policy.ts'
import { HashingPool, hashingFor, hashingPool } from './pool.ts'
import { tooSimilarAttribute } from './similarity.ts'
import similarity from './testing/django-similarity.json' with { type: 'json' }
import users from './testing/django-users.json' with { type: 'json' }

// As the environment has it, not the cheaper one of other tests.
beforeAll(() => Object.assign(settings(), { PASSWORD_BCRYPT_COST: 10 }))
afterAll(() => hashingPool().close())

describe('every hash that Django stores is read', () => {
  const usable = users.filter((user) => user.password !== null)

  it.each(usable.map(({ email, password, hash }) => [email, password as string, hash]))('%s', async (_email, password, hash) => {
    expect(await checkPassword(password, hash)).toBe(true)
    expect(await checkPassword(`${password}x`, hash)).toBe(false)
  })

  it.each([
    ['sha1 with salt', 'sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8'],
    ['md5 with salt', 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3'],
    ['sha1 without salt', 'sha1$$6d138ca3ae545631b3abd71a4f076ce759c5700b'],
    ['bare md5', '88a434c88cca4e900f7874cd98123f43'],
    ['md5 marked as unsalted', 'md5$$88a434c88cca4e900f7874cd98123f43'],
  ])('%s, from Django’s own tests', async (_title, hash) => {
    expect(await checkPassword('lètmein', hash)).toBe(true)
    expect(await checkPassword('lètmeinz', hash)).toBe(false)
  })

  it('a new hash is bcrypt_sha256 in Django’s format, salted anew each time', async () => {
    const [one, two] = [await makePassword('correct horse'), await makePassword('correct horse')]
    expect(one).toMatch(/^bcrypt_sha256\$\$2b\$10\$[./A-Za-z0-9]{53}$/)
    expect(one).not.toBe(two)
    expect(await checkPassword('correct horse', one)).toBe(true)
  })

  it('no password is cut, whatever its length and script (PW-2)', async () => {
    const long = await makePassword(`${'a'.repeat(72)}X`)
    expect(await checkPassword(`${'a'.repeat(72)}Y`, long)).toBe(false)
    const emoji = await makePassword('🔑'.repeat(64))
    expect(await checkPassword('🔑'.repeat(63), emoji)).toBe(false)
    expect(await checkPassword('🔑'.repeat(64), emoji)).toBe(true)
  })
})

describe('a row that would cost too much, or is none, matches nothing (IM-2)', () => {
  it.each([
    ['unusable', makeUnusablePassword()],
    ['empty', ''],
    ['junk of sixty characters', 'x'.repeat(60)],
    ['unknown algorithm', 'crypt$$abc'],
    ['a billion PBKDF2 iterations', 'pbkdf2_sha256$1000000000$salt$AAAA'],
    ['no PBKDF2 iterations', 'pbkdf2_sha256$0$salt$AAAA'],
    ['$ in the salt', 'pbkdf2_sha256$1000$a$b$AAAA'],
    ['bcrypt cost 31', `bcrypt$$2b$31$${'C'.repeat(53)}`],
    ['bcrypt cost 20', `bcrypt_sha256$$2b$20$${'C'.repeat(53)}`],
    ['bcrypt cost 00', `bcrypt$$2b$00$${'C'.repeat(53)}`],
    ['bcrypt of a wrong length', `bcrypt$$2b$12$${'C'.repeat(52)}`],
    ['8 GiB of argon2', 'argon2$argon2id$v=19$m=8388608,t=2,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg'],
    ['a million argon2 passes', 'argon2$argon2id$v=19$m=1024,t=1000000,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg'],
    ['argon2 of another version', 'argon2$argon2id$v=16$m=1024,t=2,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg'],
    ['scrypt with N of 2^31', 'scrypt$2147483648$salt$8$1$AAAA'],
    ['scrypt with an odd N', 'scrypt$16385$salt$8$1$AAAA'],
    ['scrypt with a thousand lanes', 'scrypt$16384$salt$8$1000$AAAA'],
    ['md5 of a wrong length', 'md5$salt$abc'],
  ])('%s', async (_title, hash) => {
    expect(readHash(hash)).toBeNull()
    expect(await checkPassword('anything', hash)).toBe(false)
  })

  it('bounded but broken parameters end in false or a plain error, never in a hang', async () => {
    expect(await checkPassword('x', 'scrypt$2$salt$1$1$AAAA')).toBe(false)
    expect(await checkPassword('x', 'pbkdf2_sha256$1$salt$AAAA')).toBe(false)
  })
})

describe('a hash is renewed at login', () => {
  it('when it is of another algorithm or cheaper than today’s, and never made cheaper', async () => {
    expect(await needsRehash(`bcrypt_sha256$$2b$10$${'C'.repeat(53)}`)).toBe(false)
    expect(await needsRehash(`bcrypt_sha256$$2b$12$${'C'.repeat(53)}`)).toBe(false)
    expect(await needsRehash(`bcrypt_sha256$$2b$08$${'C'.repeat(53)}`)).toBe(true)
    for (const { hash } of users.filter(({ hash }) => !hash.startsWith('bcrypt_sha256'))) expect(await needsRehash(hash)).toBe(true)
  })

  const pbkdf2: HashFormat = { algorithm: 'pbkdf2_sha256', costs: { iterations: 260_000 } }
  const argon2: HashFormat = { algorithm: 'argon2', costs: { memory: 102_400, time: 2, lanes: 8, length: 16 } }
  const scrypt: HashFormat = { algorithm: 'scrypt', costs: { workFactor: 16_384, blockSize: 8, parallelism: 5 } }
  it.each<[string, HashFormat, boolean]>([
    ['pbkdf2_sha256$260000$salt$AAAA', pbkdf2, false],
    ['pbkdf2_sha256$1500000$salt$AAAA', pbkdf2, false],
    ['pbkdf2_sha256$10000$salt$AAAA', pbkdf2, true],
    ['pbkdf2_sha256$x$salt$AAAA', pbkdf2, true],
    ['pbkdf2_sha1$260000$salt$AAAA', pbkdf2, true],
    ['88a434c88cca4e900f7874cd98123f43', pbkdf2, true],
    ['argon2$argon2id$v=19$m=102400,t=2,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg', argon2, false],
    ['argon2$argon2id$v=19$m=51200,t=2,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg', argon2, true],
    ['scrypt$16384$salt$8$1$AAAA', scrypt, true],
    ['scrypt$16384$salt$8$5$AAAA', scrypt, false],
  ])('%s', (encoded, format, renewed) => {
    expect(fallsShort(encoded, format)).toBe(renewed)
  })
})

describe('PASSWORD_HASHER', () => {
  it.each<[HashFormat, RegExp]>([
    [{ algorithm: 'pbkdf2_sha256', costs: { iterations: 1000 } }, /^pbkdf2_sha256\$1000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$/],
    [
      { algorithm: 'argon2', costs: { memory: 1024, time: 2, lanes: 2, length: 32 } },
      /^argon2\$argon2id\$v=19\$m=1024,t=2,p=2\$[A-Za-z0-9+/]{30}\$[A-Za-z0-9+/]{43}$/,
    ],
    [
      { algorithm: 'scrypt', costs: { workFactor: 1024, blockSize: 8, parallelism: 5 } },
      /^scrypt\$1024\$[A-Za-z0-9]{22}\$8\$5\$[A-Za-z0-9+/]{86}==$/,
    ],
    [{ algorithm: 'bcrypt_sha256', costs: { rounds: 4 } }, /^bcrypt_sha256\$\$2b\$04\$[./A-Za-z0-9]{53}$/],
  ])('$algorithm makes what Django reads, salted anew each time, and keeps it', async (format, form) => {
    const [one, two] = [await hashInFormat('pässwörd', format), await hashInFormat('pässwörd', format)]
    expect(one).toMatch(form)
    expect(one).not.toBe(two)
    expect([await checkPassword('pässwörd', one), await checkPassword('pässword', one)]).toEqual([true, false])
    expect(formatOf(one)).toEqual(format)
    expect(fallsShort(one, format)).toBe(false)
  })
})

describe('the spellings of a password', () => {
  const hash = (password: string, algorithm: HashFormat = { algorithm: 'pbkdf2_sha256', costs: { iterations: 1000 } }) =>
    hashInFormat(password, algorithm)

  it('outer blanks do not matter on a hash that was not made here: Django REST framework trimmed them', async () => {
    const encoded = await hash('Api-trim-11')
    expect(await matchPassword('  Api-trim-11\t', encoded)).toBe('Api-trim-11')
    expect(await matchPassword('  Api-trim-12\t', encoded)).toBeNull()
    expect(await matchPassword('  Api-trim-11  ', await hash('  Api-trim-11  ')), 'as it was entered first').toBe('  Api-trim-11  ')
  })

  it('and matter on one of ours', async () => {
    const encoded = await makePassword('Api-trim-11')
    expect(await matchPassword('  Api-trim-11', encoded)).toBeNull()
    expect(await matchPassword('   ', encoded)).toBeNull()
  })

  it('an accent may be entered in one character or in two', async () => {
    for (const encoded of [await makePassword('café-quartz'), await hash('café-quartz')]) {
      expect(await matchPassword('cafe\u0301-quartz', encoded)).toBe('café-quartz')
    }
    expect(await matchPassword('cafe\u0301-quartz', await hash('cafe\u0301-quartz')), 'as Django hashed it').toBe('cafe\u0301-quartz')
  })
})

describe('the work is the same whether there is an account or not (EN-2)', () => {
  it('each check runs one derivation for each spelling', async () => {
    const run = hashingPool().run.bind(hashingPool())
    let derivations = 0
    // What is counted need not be done.
    hashingPool().run = async () => {
      derivations++
      return ''
    }
    const foreign = 'pbkdf2_sha256$1000$salt$AAAA'
    for (const encoded of [null, makeUnusablePassword(), 'junk', `bcrypt_sha256$$2b$10$${'C'.repeat(53)}`, foreign]) {
      for (const [password, spellings] of [
        ['wrong', 1],
        [' wrong', 2],
        [' wro\u0308ng', 3],
      ] as const) {
        derivations = 0
        await checkPassword(password, encoded)
        expect(derivations).toBe(spellings)
      }
    }
    hashingPool().run = run
  })
})

describe('the pool is bounded', () => {
  const job = { derivation: 'bcryptHash', input: { input: 'x', cost: 8 } } as const

  it('beyond its queue a job is refused with 503, and those before it are done', async () => {
    const pool = new HashingPool(1, 4)
    const accepted = [pool.run(job), pool.run(job), pool.run(job)]
    await expect(pool.run(job)).rejects.toThrow(ServiceUnavailable)
    expect(await Promise.all(accepted)).toHaveLength(3)
    expect(await pool.run(job)).toMatch(/^\$2b\$08\$/)
    await pool.close()
  })

  it('whose network sends many is served in turn with the others, and fills no more than its share (REL-11)', async () => {
    const pool = new HashingPool(1, 8)
    const order: string[] = []
    const run = (client: string) =>
      hashingFor(client, () => pool.run(job)).then(
        () => order.push(client),
        () => order.push(`${client} 503`),
      )
    await Promise.all([...Array.from({ length: 10 }, () => run('flood')), run('other')])
    expect(order).toEqual([...Array(5).fill('flood 503'), 'flood', 'other', ...Array(4).fill('flood')])
    await pool.close()
  })

  it('what has waited too long is refused with 503, what would wait too long at once', async () => {
    const pool = new HashingPool(1, 8, 0)
    const [first, second] = await Promise.allSettled([pool.run(job), pool.run(job)])
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
    const busy = pool.run(job)
    await expect(pool.run(job)).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' }, body: { code: 'overloaded' } })
    expect(pool.waiting).toBe(0)
    await busy
    await pool.close()
  })

  it('a derivation that fails tells nothing of its input and leaves the thread working', async () => {
    const pool = new HashingPool(1, 2)
    const bad = { derivation: 'pbkdf2', input: { password: 'secret', salt: 's', iterations: 1, length: 8, digest: 'none' } } as const
    await expect(pool.run(bad)).rejects.toThrow(/^the password could not be hashed$/)
    expect(await pool.run(job)).toMatch(/^\$2b\$08\$/)
    await pool.close()
  })
})

describe('new passwords obey Django’s validators', () => {
  it.each(similarity as [string, Record<string, string>, string | null][])('%s', (password, attributes, attribute) => {
    expect(tooSimilarAttribute(password, attributes)).toBe(attribute)
  })

  it.each([
    ['12345', ['password_too_short:8', 'password_too_common', 'password_entirely_numeric']],
    ['password123', ['password_too_common']],
    ['123', ['password_too_short:8', 'password_too_common', 'password_entirely_numeric']],
    ['princess123', ['password_too_common']],
    ['solomon1', ['password_too_common']],
    [' PassWord123 ', ['password_too_common']],
    ['🔑🔑🔑🔑', ['password_too_short:8']],
    ['٠١٢٣٤٥٦٧٨٩', ['password_entirely_numeric']],
    ['²³⁴⁵⁶⁷⁸⁹', ['password_entirely_numeric']],
    ['Latchkey12345678', ['password_too_common']],
    ['correct horse battery staple', []],
    ['   spaced   ', []],
    ['пароль-пароль-1', []],
    ['a'.repeat(129), ['max_length:128']],
  ])('%j → %j', async (password, problems) => {
    expect(await passwordProblems(password, {})).toEqual(problems)
  })

  it('what Django’s list of common passwords holds is refused, all of it', () => {
    const words = djangoList.split('\n')
    expect(words).toHaveLength(19_727)
    expect(words.filter((word) => !isCommonPassword(` ${word.toUpperCase()} `))).toEqual([])
  })

  it('PW-5: every entry of the other lists that come with the project is refused, without regard to case', () => {
    const words = Object.values(dictionary).flat()
    expect(words).toHaveLength(49_233 + 7_776)
    expect(words.filter((word) => !isCommonPassword(word.toUpperCase()))).toEqual([])
    for (const word of ['', 'quartz lantern', 'no-such-entry-41']) expect(isCommonPassword(word)).toBe(false)
  })

  it('resembling the account’s own words comes first', async () => {
    expect(await passwordProblems('adalove', { email: 'ada@x.co', name: 'Ada Lovelace' })).toEqual([
      'password_too_similar:name',
      'password_too_short:8',
    ])
  })
})

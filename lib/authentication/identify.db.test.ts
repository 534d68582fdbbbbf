import { afterAll, describe, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { countHashes } from '../passwords/testing/count-hashes.ts'
import djangoUsers from '../passwords/testing/django-users.json' with { type: 'json' }
import { availableUsername, createUser } from '../users/create-user.ts'
import { newUser } from '../users/testing/new-user.ts'
import { findUserByEmail } from '../users/user.ts'
import { authenticatePassword } from './identify.ts'

const source = { now: new Date(), requestId: 'test', clientIp: null, userAgent: '' }
const authenticate = async (address: string, password: string) => (await authenticatePassword(address, password, source))?.user ?? null

afterAll(() => hashingPool().close())

describe('accounts that the original wrote', () => {
  it.each(djangoUsers.map((user) => [user.email, user] as const))('%s', async (email, { password, hash, is_active }) => {
    const { id } = await newUser({ email, password: hash, isActive: is_active })
    const user = await authenticate(email.toUpperCase(), password ?? '!')
    const row = await database().user.findUniqueOrThrow({ where: { id } })
    if (password === null || !is_active) {
      expect(user).toBeNull()
      expect(row.password).toBe(hash)
    } else {
      expect(user?.id).toBe(id)
      // The one that is dearer than ours stays.
      expect(row.password).toMatch(/^bcrypt_sha256\$\$2b\$\d\d\$/)
      expect((await authenticate(email, password))?.id).toBe(id)
    }
  })

  it('an address in capitals or with an international domain is found in any spelling', async () => {
    const shouting = await newUser({ email: 'JOHN.Doe@Example.COM' })
    const international = await newUser({ email: 'x@bücher.example' })
    expect((await findUserByEmail('john.doe@example.com'))?.id).toBe(shouting.id)
    expect((await findUserByEmail('x@xn--bcher-kva.example'))?.id).toBe(international.id)
  })

  it.each([
    '"q\\"uoted"@django.example',
    '"john doe"@django.example',
    `${'l'.repeat(70)}@django.example`,
    'kel\u212ain@django.example',
    'josé@django.example',
    '用户@django.example',
    'user@[IPv6:2001:db8::1]',
    'noat',
    'dots..two@django.example',
    '.dot@django.example',
    'hans@münchen.example',
  ])('%s is found by its own spelling, as Django finds it', async (email) => {
    const { id } = await newUser({ email, password: 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3' })
    expect((await authenticate(email, 'lètmein'))?.id).toBe(id)
  })

  it('two spellings of one address are two accounts, each found by its own', async () => {
    const [unicode, ascii] = [await newUser({ email: 'two@bücher.example' }), await newUser({ email: 'two@xn--bcher-kva.example' })]
    for (const { email, id } of [unicode, ascii]) expect((await findUserByEmail(email))?.id).toBe(id)
    expect((await findUserByEmail('TWO@Bücher.example'))?.id).toBe(ascii.id)
  })

  it('a hash that outer blanks were trimmed from stays as Django takes it', async () => {
    const { id, password } = await newUser({ email: 'trim@django.example', password: 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3' })
    for (let n = 0; n < 2; n++) expect((await authenticate('trim@django.example', '  lètmein '))?.id).toBe(id)
    expect((await database().user.findUniqueOrThrow({ where: { id } })).password).toBe(password)
  })

  it('a look-alike character finds no other account (CVE-2019-19844)', async () => {
    await newUser({ email: 'mike@example.org' })
    for (const address of ['mıke@example.org', 'mi\u212ae@example.org', 'miKe＠example.org'])
      expect(await authenticate(address, 'x')).toBeNull()
    await newUser({ email: '\u212aim@example.org' })
    expect(await findUserByEmail('kim@example.org')).toBeNull()
  })
})

describe('a password in another Unicode form than the one it was set in', () => {
  const [composed, decomposed] = ['Caf\u00e9-Z\u00fcrich-9', 'Cafe\u0301-Zu\u0308rich-9']

  it('is accepted when its composed form (NFC) was set, and the hash stays', async () => {
    const { id, email, password } = await newUser({ password: await makePassword(composed) })
    expect((await authenticate(email, composed))?.id).toBe(id)
    expect((await authenticate(email, decomposed))?.id).toBe(id)
    expect((await database().user.findUniqueOrThrow({ where: { id } })).password).toBe(password)
    expect(await authenticate(email, decomposed.replace('9', '8'))).toBeNull()
  })

  it('is accepted as it was set, whatever its form', async () => {
    const { id, email } = await newUser({ password: await makePassword(decomposed) })
    expect((await authenticate(email, decomposed))?.id).toBe(id)
  })

  it('costs a failed login as many derivations for an unknown account as for one there is', async () => {
    const { email } = await newUser({ password: await makePassword('another') })
    for (const address of [email, 'unknown@example.com'])
      expect([address, await countHashes(() => authenticate(address, decomposed))]).toEqual([address, 2])
  })
})

describe('a failed login (EN-1, EN-2)', () => {
  it('costs one derivation whether the account is unknown, inactive, unusable, foreign or ours', async () => {
    const inactive = await newUser({ isActive: false, password: djangoUsers[0]?.hash ?? '' })
    const unusable = await newUser()
    const junk = await newUser({ password: 'x'.repeat(60) })
    const foreign = await newUser({ password: djangoUsers[0]?.hash ?? '' })
    for (const email of ['nobody@example.com', 'no address', inactive.email, unusable.email, junk.email, foreign.email]) {
      const derivations = await countHashes(async () => expect(await authenticate(email, 'wrong password')).toBeNull())
      expect([email, derivations]).toEqual([email, 1])
    }
  })

  it('with a password longer than any is answered without deriving anything', async () => {
    expect(await authenticate('nobody@example.com', 'x'.repeat(5000))).toBeNull()
  })
})

describe('a new account', () => {
  const create = async (email: string, phone: string) => {
    const username = await availableUsername(email)
    return database().$transaction((tx) => createUser(tx, { email, phone, name: 'New', username, passwordHash: '!' }, new Date()))
  }

  it('has its address for a user name, shortened to something as unique where it is too long', async () => {
    expect((await create('new@example.com', 'p1')).username).toBe('new@example.com')
    const long = (last: string) => `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${last}.example`
    const [one, two] = [await create(long('one'), 'p2'), await create(long('two'), 'p3')]
    expect(one.username).toHaveLength(150)
    expect(one.username).not.toBe(two.username)
  })

  it('is not prevented by another account with its email as user name', async () => {
    await newUser({ username: 'squatted@example.com' })
    expect((await create('squatted@example.com', 'p4')).username).toMatch(/^squatted@example\.com-[0-9a-f]{16}$/)
  })
})

/** What `manage check` says of a database that Django keeps its tables in. */
import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, afterEach, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { makeUnusablePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { type Settings, settings } from '../settings.ts'
import { newUser } from '../users/testing/new-user.ts'
import { databaseProblems } from './database-problems.ts'

const FALLBACK = 'django-insecure-s^3k!$w8)x2=#m@v$abc%q_7z&t(1y*e5+u0'
const former = { ...settings(), SECRET_KEY_FALLBACKS: [FALLBACK], PASSWORD_HASHER: undefined, PASSWORD_REHASH_ON_LOGIN: undefined }
const OTHER = `other-${FALLBACK}`
const set = (changed: Partial<Settings>) => Object.assign(settings(), changed)
const found = async () => (await databaseProblems()).filter(({ id }) => /[IW]01|I00|E009/.test(id))

// The keys are read once.
set(former)
afterEach(async () => {
  set(former)
  await database().outstandingToken.deleteMany()
  await database().user.deleteMany()
})
afterAll(() => hashingPool().close())

/** A refresh token as Simple JWT 5.2 writes and keeps it, long expired. */
async function storeToken(key: string) {
  const user = await newUser({ password: pbkdf2(260_000) })
  const jti = randomBytes(16).toString('hex')
  const token = await new SignJWT({ token_type: 'refresh', exp: 1_700_086_400, iat: 1_700_000_000, jti, user_id: user.id })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(key))
  await database().outstandingToken.create({ data: { token, jti, userId: user.id, expiresAt: new Date(1_700_086_400_000) } })
}
/** What our own logins keep. */
async function storeDigest() {
  const user = await newUser({ password: pbkdf2(260_000) })
  await database().outstandingToken.create({
    data: { token: 'a'.repeat(64), jti: randomBytes(8).toString('hex'), userId: user.id, expiresAt: new Date() },
  })
}

const pbkdf2 = (iterations: number) => `pbkdf2_sha256$${iterations}$salt$${Buffer.alloc(32).toString('base64')}`
const BCRYPT = `$2b$12$${'C'.repeat(21)}.${'C'.repeat(31)}`
const ARGON2 = `argon2$argon2id$v=19$m=102400,t=2,p=8$${'C'.repeat(22)}$${'C'.repeat(43)}`

it('nothing of a database of our own', async () => {
  await storeToken(OTHER)
  expect(await found()).toEqual([])
})

it('nothing is said of a key where Django stored no token', async () => {
  await database().$executeRaw`CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)`
  await storeDigest()
  expect((await found()).map(({ id }) => id)).toEqual(['database.I002'])
})

it.each([
  ['SECRET_KEY', former.SECRET_KEY],
  ['SECRET_KEY_FALLBACKS', FALLBACK],
])('%s is confirmed by a token that Django stored with it', async (_, key) => {
  await storeToken(OTHER)
  await storeToken(key)
  await storeDigest()
  const [proof] = await found()
  expect(proof).toMatchObject({ id: 'database.I001', level: 'info', setting: 'SECRET_KEY' })
  expect(proof?.message).toBe('It is Django’s: 1 of the 2 newest refresh tokens that Django stored verifies with it.')
})

it('a key that verifies none of Django’s tokens is a warning, and so is one that verifies older ones alone', async () => {
  await storeToken(OTHER)
  const [none] = await found()
  expect(none).toMatchObject({ id: 'database.W010', level: 'warning', setting: 'SECRET_KEY' })
  expect(none?.message).toBe(
    'It is not Django’s: the one refresh token that Django stored does not verify with it, so everyone has to log in again.',
  )
  await database().outstandingToken.deleteMany()
  await storeToken(FALLBACK)
  await storeToken(OTHER)
  const [older] = await found()
  expect(older?.id).toBe('database.W010')
  expect(older?.message).toContain('only 1 of the 2 newest refresh tokens')
  expect(JSON.stringify([none, older])).not.toMatch(/insecure|eyJ/)
})

it('hashes are counted by format, with what Django needs for them and the format of new ones; unreadable ones are listed', async () => {
  const hashes = [pbkdf2(260_000), pbkdf2(260_000), pbkdf2(10_000), `bcrypt_sha256$${BCRYPT}`, `bcrypt$${BCRYPT}`, ARGON2]
  for (const password of hashes) await newUser({ password, lastLogin: new Date() })
  await newUser({ password: makeUnusablePassword() })
  const first = await newUser({ password: 'crypt$$abc' })
  const second = await newUser({ password: 'pbkdf2_sha256$many$salt$AAAA' })
  const [information, warning] = await found()
  expect(information).toEqual({
    id: 'database.I002',
    level: 'info',
    setting: 'accounts_user.password',
    message:
      'Hashes: 3 pbkdf2_sha256, 1 bcrypt_sha256, 1 bcrypt, 1 argon2, 1 without a password. Django needs a Python package to read some: bcrypt for 1 bcrypt_sha256, bcrypt for 1 bcrypt, argon2-cffi for 1 argon2.',
    hint: 'New ones are pbkdf2_sha256 (iterations 260000), because the table django_migrations is there and PASSWORD_HASHER is not set; a login renews md5, sha1 and pbkdf2_sha1 alone.',
  })
  expect(warning).toMatchObject({ id: 'database.W011', level: 'warning' })
  expect(warning?.message).toBe(`2 hashes cannot be read, so their passwords do not work: accounts ${first.id}, ${second.id}.`)
})

it('a work factor of Django’s that is beyond the bounds is an error', async () => {
  const { id } = await newUser({ password: pbkdf2(120_000_000), lastLogin: new Date() })
  const [information, error, warning] = await found()
  expect(information?.hint).toContain('New ones are pbkdf2_sha256 (iterations 1500000)')
  expect(error).toMatchObject({ id: 'database.E009', level: 'error' })
  expect(error?.message).toContain('pbkdf2_sha256 (iterations 120000000), which costs more than a login may here')
  expect(warning?.message).toContain(`accounts ${id}.`)
})

it('PASSWORD_HASHER is said, with what Django needs for it', async () => {
  set({ PASSWORD_HASHER: 'bcrypt_sha256', PASSWORD_BCRYPT_COST: 10 })
  const [information] = await found()
  expect(information?.hint).toBe(
    'New ones are bcrypt_sha256 (rounds 10), because PASSWORD_HASHER=bcrypt_sha256; a login renews every cheaper one and every other format. Django needs its package bcrypt for them.',
  )
})

/** Accounts and whole databases of the original move over unchanged (IM-1, IM-2). */

import { importOriginal, insertAsDjango, readDjangoAccounts } from '../../lib/db/testing/django-original.ts'
import { bearer, logIn, newPerson, openProtected, readLogin, signUp, unique, uniquePhone } from '../../lib/http/testing/accounts.ts'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const INVALID = { non_field_errors: ['Invalid email or password.'] }
const accounts = await readDjangoAccounts()
const callTo = (server: TestServer) => (path: string, options?: SendOptions) => send(server.url, path, options)
/** A row of an account under another name, so that tests do not meet. */
const another = () => ({ email: `${unique()}@django.example`, username: unique(), phone: uniquePhone() })

const storedHash = async (server: TestServer, email: string) =>
  String((await server.sql('SELECT password FROM accounts_user WHERE email = ?', [email]))[0]?.password)

for (const account of accounts.filter(({ is_active, clear_password }) => is_active === 1 && clear_password !== null)) {
  test(`IM-1, PW-8: an account hashed with ${account.name.split(' ')[1]} logs in and is hashed anew`, async ({ server, call }) => {
    const own = another()
    await insertAsDjango(server.database, account, own)
    const password = account.clear_password ?? ''
    expect((await logIn(call, { email: own.email, password: `${password}x` })).body).toEqual(INVALID)
    expect(await storedHash(server, own.email), 'a wrong password changes nothing').toBe(account.password)
    const answer = await logIn(call, { email: own.email, password })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({ user: { email: own.email, name: account.name, phone: own.phone } })
    const me = await call('/api/accounts/me/', { headers: bearer(readLogin(answer).access) })
    expect(me.body).toMatchObject({
      first_name: account.first_name,
      is_staff: account.is_staff === 1,
      is_superuser: account.is_superuser === 1,
      date_joined: `${account.date_joined.slice(0, 23).replace(' ', 'T')}Z`,
    })
    // Either it was replaced by one of ours, or it was one of ours already.
    const renewed = await storedHash(server, own.email)
    expect(renewed).toMatch(/^bcrypt_sha256\$\$2b\$1[02]\$[./A-Za-z0-9]{53}$/)
    expect((await logIn(call, { email: own.email, password })).status, 'with the new hash').toBe(200)
  })
}

test('an inactive account and one with an unusable password cannot log in, and keep their rows', async ({ server, call }) => {
  for (const account of accounts.filter(({ is_active, clear_password }) => is_active === 0 || clear_password === null)) {
    const own = another()
    await insertAsDjango(server.database, account, own)
    for (const password of [account.clear_password ?? account.password, '', '!', account.password]) {
      const answer = await logIn(call, { email: own.email, password })
      expect.soft(answer.status, account.name).toBe(400)
      if (password !== '') expect.soft(answer.body, account.name).toEqual(INVALID)
    }
    expect(await storedHash(server, own.email)).toBe(account.password)
  }
})

test('an address that the original stored in capitals logs in with any case, and is taken for sign-up', async ({ server, call }) => {
  const [account] = accounts
  if (!account) throw new Error('no accounts')
  const email = `Ada.${unique()}@Django.Example`
  await insertAsDjango(server.database, account, { ...another(), email })
  const password = account.clear_password ?? ''
  for (const spelling of [email, email.toLowerCase(), email.toUpperCase()]) {
    const answer = await logIn(call, { email: spelling, password })
    expect.soft(answer.status, spelling).toBe(200)
    expect.soft(answer.body, spelling).toMatchObject({ user: { email } })
  }
  const again = await call('/api/accounts/signup/', {
    json: { ...newPerson({ email: email.toLowerCase() }), confirm_password: 'Corr3ct-horse-battery' },
  })
  expect(again.body).toEqual({ email: ['user with this email already exists.'] })
})

test('IM-2: a hash that is broken or too costly is a wrong password, never 500', async ({ server, call }) => {
  const [account] = accounts
  if (!account) throw new Error('no accounts')
  const hashes = [
    'x'.repeat(60),
    '',
    '$',
    'pbkdf2_sha256$',
    'pbkdf2_sha256$1000000000$salt$AAAA',
    'pbkdf2_sha256$-1$salt$AAAA',
    'bcrypt$$2b$31$2nW7ec9sXn13T81Au2I9f.tM2MK886IxEiQxTRik6htkaPQs60cMW',
    'bcrypt_sha256$$2b$12$short',
    'argon2$argon2id$v=19$m=8388608,t=2,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg',
    'argon2$argon2id$v=19$m=x,t=2,p=8$!!$!!',
    'scrypt$2147483648$salt$8$1$AAAA',
    'crypt$$rl.3StKT.4T8M',
    'sha512$unknown$aaaa',
  ]
  for (const password of hashes) {
    const own = another()
    await insertAsDjango(server.database, account, { ...own, password })
    const answer = await logIn(call, { email: own.email, password: account.clear_password ?? '' })
    expect.soft(answer.status, password).toBe(400)
    expect.soft(answer.body, password).toEqual(INVALID)
  }
})

test('a server started on the original’s own database migrates it in place and logs its people in', async ({
  newDatabase,
  startServer,
}) => {
  const database = await newDatabase()
  await importOriginal(database)
  const before = await database.sql('SELECT id, email, date_joined FROM accounts_user ORDER BY id')
  const server = await startServer({ database })
  const call = callTo(server)
  expect(await database.sql('SELECT id, email, date_joined FROM accounts_user ORDER BY id')).toEqual(before)
  for (const { email, clear_password, is_active, password } of accounts) {
    const answer = await logIn(call, { email, password: clear_password ?? 'x' })
    if (is_active === 0 || clear_password === null) {
      expect.soft(answer.body, email).toEqual(INVALID)
      expect.soft(await storedHash(server, email), email).toBe(password)
      continue
    }
    expect.soft(answer.status, email).toBe(200)
    expect.soft((await openProtected(call, readLogin(answer).access)).body, email).toMatchObject({ email })
    // Django may keep using the database: hashes that it prefers stay, and outdated ones become its default.
    const stays = /^(pbkdf2_sha256|argon2|bcrypt|bcrypt_sha256|scrypt)\$/.test(password)
    expect.soft(await storedHash(server, email), email).toMatch(stays ? password : /^pbkdf2_sha256\$\d+\$/)
  }
  const { id } = await signUp(call)
  expect(id).toBeGreaterThan(before.length)
  // When Django is gone.
  const restarted = await startServer({ database, env: { PASSWORD_HASHER: 'bcrypt_sha256' } })
  expect((await logIn(callTo(restarted), { email: 'scrypt@django.example', password: 'Tr0ub4dor & scrypt ünï' })).status).toBe(200)
  expect(await storedHash(restarted, 'scrypt@django.example')).toMatch(/^bcrypt_sha256\$\$2b\$10\$/)
})

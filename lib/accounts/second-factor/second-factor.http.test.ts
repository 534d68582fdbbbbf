/** A second factor as clients meet it: the API's answers, a browser's forms, and what a stolen session may not do. */
import { Secret, TOTP } from 'otpauth'
import { type Account, bearer, logIn, openProtected, readLogin } from '../../http/testing/accounts.ts'
import { cookieOf, logInByForm, me, parseSetCookie, postForm, sessionCookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { confirmReset, NEW_PASSWORD, resetToken } from '../../http/testing/recovery.ts'
import { forgetProof } from '../../http/testing/staff.ts'
import type { App } from '../../http/testing/start-app.ts'

const LOGIN = '/api/accounts/login/'
const FINISH = '/api/accounts/login/second-factor/'
const AUTHENTICATOR = '/api/accounts/second-factor/authenticator/'
const CONFIRM = '/api/accounts/second-factor/authenticator/confirm/'
const CODES = '/api/accounts/second-factor/recovery-codes/'

/** What the app shows now, or so many steps later, which is accepted after a code of this step was used. */
const codeOf = (secret: string, step = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * 30_000 })

async function addApp({ call, sql }: App, account: Account): Promise<{ secret: string; codes: string[] }> {
  await sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
  const headers = bearer(account.access)
  const { secret } = (await call(AUTHENTICATOR, { method: 'POST', headers })).body as { secret: string }
  const { body } = await call(CONFIRM, { json: { code: codeOf(secret) }, headers })
  return { secret, codes: (body as { recovery_codes: string[] }).recovery_codes }
}

const REQUIRED = {
  detail: 'Enter a code from your authenticator app to finish signing in.',
  code: 'mfa_required',
  ticket: expect.stringMatching(/^[\w-]{43}$/),
  methods: ['totp', 'recovery_code'],
}

test('LG-3: a login of an account with an app is answered a ticket, and its code gives the tokens', async ({
  call,
  server,
  newAccount,
}) => {
  const account = await newAccount()
  const { secret } = await addApp(server, account)
  const first = await logIn(call, account)
  expect([first.status, first.body]).toEqual([403, REQUIRED])
  const { ticket } = first.body as { ticket: string }
  expect((await openProtected(call, ticket)).status).toBe(401)
  const answer = await call(FINISH, { json: { ticket, code: codeOf(secret, 1) } })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ message: 'Login successful', user: { id: account.id, email: account.email } })
  expect((await openProtected(call, readLogin(answer).access)).status).toBe(200)
})

test('LG-3: the same holds for the token endpoint, which takes a recovery code as well', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const { codes } = await addApp(server, account)
  const { email, password } = account
  const first = await call('/api/accounts/token/', { json: { email, password } })
  expect([first.status, first.body]).toEqual([403, REQUIRED])
  const answer = await call(FINISH, { json: { ticket: (first.body as { ticket: string }).ticket, code: codes[0] } })
  expect(answer.status).toBe(200)
})

test('a wrong password is answered as without an app: nothing tells that there is one', async ({ call, server, newAccount }) => {
  const [plain, account] = [await newAccount(), await newAccount()]
  await addApp(server, account)
  const wrong = ({ email }: Account) => logIn(call, { email, password: 'wrong-Passw0rd' })
  const [one, other] = [await wrong(plain), await wrong(account)]
  expect([other.status, other.text]).toEqual([one.status, one.text])
})

test('a wrong code, an absent one and an unknown ticket are answered in the contract’s shape', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await addApp(server, account)
  const { ticket } = (await logIn(call, account)).body as { ticket: string }
  const answers = [
    await call(FINISH, { json: { ticket, code: '000 000' } }),
    await call(FINISH, { json: { ticket } }),
    await call(FINISH, { json: { ticket: 'x', code: '000000' } }),
    await call(FINISH, { json: { ticket: null, code: 1 } }),
  ]
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [400, { code: ['The code is not valid, or was used already.'] }],
    [400, { code: ['This field is required.'] }],
    [401, { detail: 'The login has expired. Log in again.', code: 'ticket_invalid' }],
    [400, { ticket: ['This field may not be null.'] }],
  ])
})

test('LG-3: a browser has no session until its code was right; then it arrives where it wanted to go', async ({
  call,
  server,
  newAccount,
}) => {
  const account = await newAccount()
  const { secret } = await addApp(server, account)
  const { email, password } = account
  const first = await postForm(call, LOGIN, { email, password, next: '/settings/profile', remember: 'on' })
  expect([first.status, first.headers.location]).toEqual([303, '/login/second-factor?next=%2Fsettings%2Fprofile'])
  expect(sessionCookieOf(first)).toBeUndefined()
  const pending = first.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_login')
  expect(pending?.attributes).toMatchObject({ httponly: true, samesite: 'Lax', 'max-age': '600' })
  const cookie = `latchkey_login=${pending?.value}`
  expect((await me(call, cookie)).status).toBe(401)
  const wrong = await postForm(call, FINISH, { code: '000000', next: '/settings/profile' }, { cookie })
  expect([wrong.status, wrong.headers.location]).toEqual([303, '/login/second-factor?next=%2Fsettings%2Fprofile'])
  const right = await postForm(call, FINISH, { code: codeOf(secret, 1), next: '/settings/profile' }, { cookie })
  expect([right.status, right.headers.location]).toEqual([303, '/settings/profile'])
  expect(sessionCookieOf(right)?.attributes['max-age']).toBeDefined()
  expect(right.cookies.map(parseSetCookie)).toContainEqual(expect.objectContaining({ name: 'latchkey_login', value: '' }))
  expect((await me(call, cookieOf(right))).status).toBe(200)
})

/** A browser's login as far as its code. @returns the cookie that names it */
async function beginByForm({ call }: App, { email, password }: Account, cookie = ''): Promise<{ location: string; pending: string }> {
  const answer = await postForm(call, LOGIN, { email, password }, { cookie })
  const pending = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_login')
  return { location: answer.headers.location ?? '', pending: `latchkey_login=${pending?.value}` }
}

test('MF-6: a browser that is trusted needs no code at the next login, until its owner forgets it', async ({ server, newAccount }) => {
  const { call } = server
  const account = await newAccount()
  const { secret } = await addApp(server, account)
  const { pending } = await beginByForm(server, account)
  const answer = await postForm(call, FINISH, { code: codeOf(secret, 1), trust: 'on' }, { cookie: pending })
  const trusted = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_trusted')
  expect(trusted).toMatchObject({ value: expect.stringMatching(/^[\w-]{43}$/) })
  expect(trusted?.attributes).toMatchObject({ httponly: true, samesite: 'Lax', path: '/', 'max-age': String(30 * 86_400) })
  const cookie = `latchkey_trusted=${trusted?.value}`
  expect((await beginByForm(server, account, cookie)).location).toBe('/dashboard')
  const asApi = await call(LOGIN, { json: { email: account.email, password: account.password }, headers: { cookie } })
  expect(asApi.status, 'the cookie counts for a browser’s form alone').toBe(403)
  const exported = await call('/api/accounts/me/export/', { headers: bearer(account.access) })
  expect(JSON.parse(exported.text)).toMatchObject({ trusted_devices: [{ expires_at: expect.any(String) }] })
  const forget = { method: 'DELETE', headers: bearer(account.access) }
  expect((await call('/api/accounts/second-factor/trusted-devices/', forget)).status).toBe(204)
  expect((await beginByForm(server, account, cookie)).location).toBe('/login/second-factor')
})

test('MF-6: an API client is never trusted, whatever it sends', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const { secret } = await addApp(server, account)
  const { ticket } = (await logIn(call, account)).body as { ticket: string }
  const answer = await call(FINISH, { json: { ticket, code: codeOf(secret, 1), trust: 'on' } })
  expect([answer.status, answer.cookies]).toEqual([200, []])
  expect(await server.sql('SELECT id FROM accounts_trusteddevice WHERE user_id = ?', [account.id])).toEqual([])
})

test('a login whose time is over leads back to where it began: staff to the admin area’s own page', async ({ call }) => {
  for (const [next, page] of [
    ['/admin/users', '/admin/login?next=%2Fadmin%2Fusers'],
    ['/settings/profile', '/login?next=%2Fsettings%2Fprofile'],
    ['', '/login'],
  ] as const) {
    const answer = await postForm(call, FINISH, { code: '000000', next }, { cookie: 'latchkey_login=expired' })
    expect([answer.status, answer.headers.location]).toEqual([303, page])
  }
})

test('MF-2: a browser’s ticket counts in that browser only', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const { secret } = await addApp(server, account)
  const { email, password } = account
  const first = await postForm(call, LOGIN, { email, password })
  const ticket = first.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_login')?.value ?? ''
  const elsewhere = await postForm(call, FINISH, { ticket, code: codeOf(secret, 1) })
  expect([elsewhere.status, elsewhere.headers.location]).toEqual([303, '/login'])
  expect(sessionCookieOf(elsewhere)).toBeUndefined()
  expect((await call(FINISH, { json: { ticket, code: codeOf(secret, 1) } })).status).toBe(401)
})

test('staff who log in at the admin area arrive there', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await server.sql('UPDATE accounts_user SET is_staff = TRUE WHERE id = ?', [account.id])
  await addApp(server, account)
  const { email, password } = account
  const first = await postForm(call, '/api/accounts/login/staff/', { email, password })
  expect([first.status, first.headers.location]).toEqual([303, '/login/second-factor?next=%2Fadmin'])
})

test('MF-4: a stolen session neither adds nor removes a factor, nor replaces its codes', async ({ call, server, newAccount }) => {
  const [plain, account] = [await newAccount(), await newAccount()]
  const { secret, codes } = await addApp(server, account)
  await forgetProof(server.sql, plain)
  await forgetProof(server.sql, account)
  const attempts = [
    await call(AUTHENTICATOR, { method: 'POST', headers: bearer(plain.access) }),
    await call(CONFIRM, { json: { code: '000000' }, headers: bearer(plain.access) }),
    await call(AUTHENTICATOR, { method: 'DELETE', json: { code: codeOf(secret, 1) }, headers: bearer(account.access) }),
    await call(CODES, { json: { code: codes[0] }, headers: bearer(account.access) }),
  ]
  for (const { status, body } of attempts) expect([status, body]).toMatchObject([403, { code: 'reauthentication_required' }])
  expect((await logIn(call, account)).status).toBe(403)
  expect((await logIn(call, plain)).status).toBe(200)
})

test('a password reset leaves the second factor as it is', async ({ call, server, mailbox, newAccount }) => {
  const account = await newAccount()
  await addApp(server, account)
  const token = await resetToken(call, mailbox, account.email)
  expect((await confirmReset(call, token)).status).toBe(200)
  const answer = await logIn(call, { email: account.email, password: NEW_PASSWORD })
  expect([answer.status, answer.body]).toEqual([403, REQUIRED])
})

test('a pending login ends with a new password', async ({ call, server, mailbox, newAccount }) => {
  const account = await newAccount()
  const { secret } = await addApp(server, account)
  const { ticket } = (await logIn(call, account)).body as { ticket: string }
  await confirmReset(call, await resetToken(call, mailbox, account.email))
  expect((await call(FINISH, { json: { ticket, code: codeOf(secret, 1) } })).status).toBe(401)
})

test('the export names the app and the codes, and holds no secret', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const { secret, codes } = await addApp(server, account)
  const { text } = await call('/api/accounts/me/export/', { headers: bearer(account.access) })
  expect(JSON.parse(text)).toMatchObject({ authenticator_apps: [{ confirmed_at: expect.any(String) }], recovery_codes: expect.any(Array) })
  for (const hidden of [secret, ...codes]) expect(text).not.toContain(hidden)
})

test('a browser’s recovery codes are on no answer but the page that shows them', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
  await postForm(call, AUTHENTICATOR, {}, { cookie })
  const { secret } = (await call(AUTHENTICATOR, { method: 'POST', headers: bearer(account.access) })).body as { secret: string }
  const answer = await postForm(call, CONFIRM, { code: codeOf(secret) }, { cookie })
  expect([answer.status, answer.headers.location]).toEqual([303, '/settings/security/recovery-codes'])
  expect(answer.cookies.join().length).toBeLessThan(400)
})

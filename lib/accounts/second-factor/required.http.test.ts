/** MFA_REQUIRED: an account that it covers reaches nothing but adding a second factor (ASVS 6.3.3). */
import { Secret, TOTP } from 'otpauth'
import { type Account, bearer, logIn, newPerson, openProtected, readLogin, refreshWith, signupFields } from '../../http/testing/accounts.ts'
import { cookieOf, logInByForm, me, openPage, parseSetCookie, postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { confirmReset, NEW_PASSWORD, resetToken } from '../../http/testing/recovery.ts'
import type { App } from '../../http/testing/start-app.ts'

const FINISH = '/api/accounts/login/second-factor/'
const BEGIN = '/api/accounts/login/second-factor/authenticator/'
const FOR_STAFF = { MFA_REQUIRED: 'staff' }

const codeOf = (secret: string, step = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * 30_000 })

async function newStaff({ newAccount, sql }: App): Promise<Account> {
  const account = await newAccount()
  await sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE, email_verified_at = date_joined WHERE id = ?', [account.id])
  return account
}

test('staff without a factor get no session, and add an app at the login by the API', async ({ serverWith }) => {
  const server = await serverWith(FOR_STAFF)
  const { call } = server
  const account = await newStaff(server)
  const first = await logIn(call, account)
  expect([first.status, first.body]).toMatchObject([403, { code: 'mfa_enrolment_required', methods: ['totp'] }])
  const { ticket } = first.body as { ticket: string }
  expect((await openProtected(call, ticket)).status).toBe(401)
  const { secret } = (await call(BEGIN, { json: { ticket } })).body as { secret: string }
  expect((await call(FINISH, { json: { ticket, code: '000000' } })).status).toBe(400)
  const answer = await call(FINISH, { json: { ticket, code: codeOf(secret) } })
  expect(answer.body).toMatchObject({ message: 'Login successful', recovery_codes: expect.any(Array) })
  expect((await call('/api/admin/users/', { headers: bearer(readLogin(answer).access) })).status).toBe(200)
  const next = await logIn(call, account)
  expect(next.body).toMatchObject({ code: 'mfa_required', methods: ['totp', 'recovery_code'] })
})

test('the same by the browser’s forms, of both login pages, which show the recovery codes', async ({ serverWith }) => {
  const server = await serverWith(FOR_STAFF)
  const { call } = server
  for (const path of ['/api/accounts/login/', '/api/accounts/login/staff/']) {
    const { email, password } = await newStaff(server)
    const first = await postForm(call, path, { email, password })
    const ticket = first.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_login')?.value ?? ''
    const cookie = `latchkey_login=${ticket}`
    expect((await me(call, cookie)).status, path).toBe(401)
    const begun = await postForm(call, BEGIN, {}, { cookie })
    expect([begun.status, begun.headers.location]).toEqual([303, '/login/second-factor'])
    // The page shows the secret; the account's owner is the only one who sees it.
    const { secret } = (await call(BEGIN, { json: { ticket } })).body as { secret?: string }
    expect(secret, 'a browser’s ticket is no API client’s').toBeUndefined()
  }
})

test('sessions and tokens from before end at once: pages, API, refreshes and crafted forms', async ({ serverWith }) => {
  const server = await serverWith(FOR_STAFF)
  const { call, sql } = server
  const account = await server.newAccount()
  const cookie = await logInByForm(call, account)
  await sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE WHERE id = ?', [account.id])
  const refused = await call('/api/admin/users/', { headers: bearer(account.access) })
  expect([refused.status, refused.body]).toEqual([401, { detail: 'Log in again, with a second factor.', code: 'second_factor_missing' }])
  expect((await openProtected(call, account.access)).status).toBe(401)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
  expect((await call('/api/accounts/token/verify/', { json: { token: account.access } })).status).toBe(401)
  expect((await me(call, cookie)).status).toBe(401)
  const crafted = await postForm(call, '/api/admin/users/', { name: 'Crafted' }, { cookie })
  expect([crafted.status, crafted.headers.location?.startsWith('/admin/login')]).toEqual([303, true])
  expect((await openPage(call, '/api/accounts/me/', cookie)).status).toBe(401)
})

test('whom it does not concern notices nothing', async ({ serverWith }) => {
  const server = await serverWith(FOR_STAFF)
  const { call } = server
  const account = await server.newAccount()
  expect((await logIn(call, account)).status).toBe(200)
  expect((await openProtected(call, account.access)).status).toBe(200)
  expect(
    (await me(call, cookieOf(await postForm(call, '/api/accounts/login/', { email: account.email, password: account.password })))).status,
  ).toBe(200)
})

test('an account whose address is not verified is told to verify it first', async ({ serverWith }) => {
  const server = await serverWith(FOR_STAFF)
  const { call, sql } = server
  const account = await server.newAccount()
  await sql('UPDATE accounts_user SET is_staff = TRUE WHERE id = ?', [account.id])
  const { ticket } = (await logIn(call, account)).body as { ticket: string }
  const refused = await call(BEGIN, { json: { ticket } })
  expect([refused.status, refused.body]).toMatchObject([403, { code: 'email_not_verified' }])
})

test('a sign-up where everyone needs a factor makes the account, and no session', async ({ serverWith }) => {
  const server = await serverWith({ MFA_REQUIRED: 'everyone', EMAIL_VERIFICATION: 'none' })
  const { call } = server
  const person = newPerson()
  const answer = await call('/api/accounts/signup/', { json: signupFields(person) })
  expect([answer.status, answer.body]).toMatchObject([403, { code: 'mfa_enrolment_required' }])
  const { ticket } = answer.body as { ticket: string }
  const { secret } = (await call(BEGIN, { json: { ticket } })).body as { secret: string }
  const finished = await call(FINISH, { json: { ticket, code: codeOf(secret) } })
  expect(finished.body).toMatchObject({ user: { email: person.email } })
})

test('SU-5: where addresses are not verified, the owner’s first reset ends the app of a stranger who signed up with theirs', async ({
  mailbox,
  serverWith,
}) => {
  const server = await serverWith({ EMAIL_VERIFICATION: 'none' })
  const { call } = server
  const account = await server.newAccount()
  const headers = bearer(account.access)
  const { secret } = (await call('/api/accounts/second-factor/authenticator/', { method: 'POST', headers })).body as { secret: string }
  await call('/api/accounts/second-factor/authenticator/confirm/', { json: { code: codeOf(secret) }, headers })
  expect((await logIn(call, account)).status).toBe(403)
  await confirmReset(call, await resetToken(call, mailbox, account.email))
  expect((await logIn(call, { email: account.email, password: NEW_PASSWORD })).status).toBe(200)
})

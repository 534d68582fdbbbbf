/** What a browser's form gets, and what it never gets (RT-6, WB-1, LG-1). */
import { bearer, PASSWORD, signUp } from './testing/accounts.ts'
import { cookieOf, logInByForm, me, postForm, sessionCookieOf } from './testing/cookies.ts'
import { expect, test } from './testing/fixtures.ts'

const LOGIN = '/api/accounts/login/'
const _SIGNUP = '/api/accounts/signup/'
const _TOKEN = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/

test('WB-1: on https the cookie is __Host- and Secure, and the plain name is not read', async ({ startServer }) => {
  const { call } = await startServer({ env: { APP_URL: 'https://accounts.example.com' } })
  const { email } = await signUp(call)
  const answer = await postForm(call, LOGIN, { email, password: PASSWORD })
  const cookie = sessionCookieOf(answer)
  expect(cookie?.name).toBe('__Host-latchkey')
  expect(cookie?.attributes).toMatchObject({ path: '/', httponly: true, secure: true, samesite: 'Lax' })
  expect(cookie?.attributes).not.toHaveProperty('domain')
  expect((await me(call, `__Host-latchkey=${cookie?.value}`)).status).toBe(200)
  expect((await me(call, `latchkey=${cookie?.value}`)).status).toBe(401)
  expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{8}/)
})

test('JSON answers never set a cookie, whatever cookie came', async ({ call }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const json = { email: account.email, password: account.password }
  for (const accept of ['application/json', '*/*', 'application/json, text/plain, */*']) {
    const answer = await call(LOGIN, { json, headers: { ...headers, accept } })
    expect.soft(answer.status, accept).toBe(200)
    expect.soft(answer.cookies, accept).toEqual([])
    expect.soft(answer.body, accept).toHaveProperty('tokens')
  }
})

test('a wrong login by form sets no session', async ({ call }) => {
  const { email } = await signUp(call)
  const answer = await postForm(call, LOGIN, { email, password: 'wrong-Passw0rd' })
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/login')
  expect(sessionCookieOf(answer)).toBeUndefined()
})

test('LG-1: a session that was there before a login is over after it (session fixation)', async ({ call }) => {
  const attacker = await signUp(call)
  const planted = await logInByForm(call, attacker)
  const victim = await signUp(call)
  const answer = await postForm(call, LOGIN, { email: victim.email, password: PASSWORD }, { cookie: planted })
  const own = cookieOf(answer)
  expect(own).not.toBe(planted)
  expect((await me(call, planted)).status).toBe(401)
  expect((await me(call, own)).body).toMatchObject({ email: victim.email })
})

test('JW-10: a bad Bearer never falls back to a good cookie', async ({ call }) => {
  const cookie = await logInByForm(call, await signUp(call))
  for (const authorization of ['Bearer abc.def.ghi', 'Bearer', 'bearer a b']) {
    expect.soft((await call('/api/accounts/me/', { headers: { cookie, authorization } })).status, authorization).toBe(401)
  }
})

test('JW-10: where both are there the Bearer alone says who it is', async ({ call }) => {
  const [mine, theirs] = [await signUp(call), await signUp(call)]
  const cookie = await logInByForm(call, theirs)
  for (const beside of [cookie, 'latchkey=abc.def.ghi', `${cookie}x`]) {
    const answer = await call('/api/accounts/me/', { headers: { cookie: beside, ...bearer(mine.access) } })
    expect.soft(answer.body, beside.slice(0, 20)).toMatchObject({ email: mine.email })
    expect.soft(sessionCookieOf(answer), 'the cookie is left alone').toBeUndefined()
  }
  // No token of ours: as if the header were not there.
  const basic = await call('/api/accounts/me/', { headers: { cookie, authorization: 'Basic dXNlcjpwYXNz' } })
  expect(basic.body).toMatchObject({ email: theirs.email })
})

test('JW-10: another site gets nothing done by a junk Bearer beside the cookie', async ({ call }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  const json = { name: 'Mallory' }
  for (const authorization of ['Bearer', 'Bearer x', 'bearer abc.def.ghi', 'Bearer a b', 'Basic x', '']) {
    const headers = { cookie, origin: 'https://evil.test', 'sec-fetch-site': 'cross-site', ...(authorization && { authorization }) }
    const answer = await call('/api/accounts/me/', { method: 'PATCH', json, headers })
    expect.soft([401, 403], authorization).toContain(answer.status)
  }
  expect((await me(call, cookie)).body).toMatchObject({ name: account.name })
})

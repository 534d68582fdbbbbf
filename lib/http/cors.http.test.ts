/** Which other origins' pages may call the API (the security requirements CS-4): those of the setting, with a token, never with a cookie. */

import { bearer, newPerson, PASSWORD, signupFields } from './testing/accounts.ts'
import { cookieOf, HTML, me, postForm, sessionCookieOf } from './testing/cookies.ts'
import { test as base, expect } from './testing/fixtures.ts'
import type { Answer } from './testing/send.ts'

const ALLOWED = 'https://app.example.com'
const SECOND = 'http://localhost:5173'
const LOGIN = '/api/accounts/login/'
const ME = '/api/accounts/me/'
const EXPOSED = 'RateLimit, RateLimit-Policy, Retry-After, ETag, Location, X-Request-Id'

/** What a browser adds to a request of another site's page. */
const from = (origin: string, more: Record<string, string> = {}) => ({
  origin,
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'cors',
  ...more,
})
const asking = (origin: string, method: string, headers = 'authorization, content-type') =>
  from(origin, { 'access-control-request-method': method, 'access-control-request-headers': headers })

/** On a server that allows two other origins. */
const test = base
  .extend('allowing', { scope: 'file' }, ({ serverWith }) => serverWith({ CORS_ALLOWED_ORIGINS: `${ALLOWED},${SECOND}` }))
  .extend('call', ({ allowing }) => allowing.call)
  .extend('newAccount', ({ allowing }) => allowing.newAccount)

const corsHeaders = ({ headers }: Answer) => Object.keys(headers).filter((name) => name.startsWith('access-control-'))
const varies = ({ headers }: Answer) => (headers.vary ?? '').split(/,\s*/)

test('CS-4: a page of one signs up, logs in, calls and refreshes with a token, and reads success and failure', async ({ call }) => {
  for (const origin of [ALLOWED, SECOND]) {
    const person = newPerson()
    const signup = await call('/api/accounts/signup/', { json: signupFields(person), headers: from(origin) })
    expect(signup.status).toBe(201)
    const login = await call(LOGIN, {
      json: { email: person.email, password: PASSWORD },
      headers: from(origin, { 'sec-fetch-site': 'same-site' }),
    })
    expect(login.status).toBe(200)
    const { access, refresh } = (login.body as { tokens: { access: string; refresh: string } }).tokens
    const answers = [
      signup,
      login,
      await call(ME, { headers: from(origin, bearer(access)) }),
      await call('/api/accounts/token/refresh/', { json: { refresh }, headers: from(origin) }),
      await call(ME, { headers: from(origin, bearer('x')) }),
      await call(LOGIN, { json: {}, headers: from(origin) }),
      await call(LOGIN, { json: { email: 'x'.repeat(70_000) }, headers: from(origin) }),
      await call(LOGIN, { headers: from(origin) }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 401, 400, 413, 405])
    for (const answer of answers) {
      expect(answer.headers['access-control-allow-origin']).toBe(origin)
      expect(answer.headers['access-control-expose-headers']).toBe(EXPOSED)
      expect(corsHeaders(answer)).not.toContain('access-control-allow-credentials')
      expect(varies(answer)).toEqual(expect.arrayContaining(['Origin', 'Accept']))
      expect(answer.cookies).toEqual([])
    }
  }
})

test('CS-4: the browser’s question is answered for ten minutes, without a token, also at protected endpoints', async ({ call }) => {
  for (const [path, method] of [
    [LOGIN, 'POST'],
    [ME, 'PATCH'],
    ['/api/protected-endpoint/', 'GET'],
  ] as const) {
    const answer = await call(path, { method: 'OPTIONS', headers: asking(ALLOWED, method) })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ALLOWED,
      'access-control-max-age': '600',
      'access-control-allow-methods': expect.stringContaining(method),
      'access-control-allow-headers': expect.stringMatching(/authorization.*content-type/i),
      'cache-control': 'private, no-store',
    })
    expect(corsHeaders(answer)).not.toContain('access-control-allow-credentials')
    expect(varies(answer)).toContain('Origin')
  }
})

for (const origin of [
  'null',
  'https://evil.test',
  'https://app.example.com.evil.test',
  'https://evilapp.example.com',
  'https://x.app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com:443',
  'http://app.example.com',
  'https://app.example.com/',
  'https://APP.example.com',
  'https://app.example.co',
  'http://localhost:51730',
  'http://localhost',
  `${ALLOWED}, ${SECOND}`,
  `${ALLOWED} https://evil.test`,
  '*',
]) {
  test(`CS-4: ${origin} is another origin: it may read nothing and send nothing`, async ({ call, allowing }) => {
    const person = newPerson()
    const answers = [
      await call(ME, { method: 'OPTIONS', headers: asking(origin, 'PATCH') }),
      await call(ME, { headers: from(origin, bearer('x')) }),
      await call('/api/accounts/signup/', { json: signupFields(person), headers: from(origin) }),
    ]
    for (const answer of answers) {
      expect.soft(corsHeaders(answer)).toEqual([])
      expect.soft(varies(answer), 'a cache keeps it apart from what an allowed origin gets').toContain('Origin')
    }
    expect(answers[2]?.status).toBe(403)
    expect(await allowing.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
  })
}

test('CS-1: with the session’s cookie an allowed origin is another site like any', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = cookieOf(await postForm(call, LOGIN, { email: account.email, password: PASSWORD }))
  for (const more of [{ cookie }, { cookie: `${cookie}; a=b` }, { cookie: 'a=b' }]) {
    const writes = [
      await call(ME, { method: 'PATCH', json: { name: 'Mallory' }, headers: from(ALLOWED, more) }),
      await call('/api/accounts/logout/', { form: {}, headers: from(ALLOWED, { ...more, accept: HTML }) }),
      await call(LOGIN, { json: { email: account.email, password: PASSWORD }, headers: from(ALLOWED, more) }),
    ]
    expect(writes.map(({ status }) => status)).toEqual([403, 403, 403])
    for (const answer of [...writes, await call(ME, { headers: from(ALLOWED, more) })]) expect(corsHeaders(answer)).toEqual([])
    const question = await call(ME, { method: 'OPTIONS', headers: { ...asking(ALLOWED, 'PATCH'), ...more } })
    expect(corsHeaders(question)).toEqual([])
  }
  expect((await me(call, cookie)).body).toMatchObject({ name: account.name })
})

test('CS-1: no form of an allowed origin signs a browser in (login CSRF)', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  const answer = await call(LOGIN, {
    form: { email, password: PASSWORD },
    headers: from(ALLOWED, { accept: HTML, 'sec-fetch-mode': 'navigate' }),
  })
  expect(answer.status).toBe(403)
  expect(sessionCookieOf(answer)).toBeUndefined()
})

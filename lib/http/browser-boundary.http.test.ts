/** What other sites make a browser send, and where a form may lead (the security requirements CS-1, CS-2, LG-5, U1-U4). */
import { describe } from 'vitest'
import { newPerson, PASSWORD, signUp, signupFields } from './testing/accounts.ts'
import { HTML, logInByForm, me, parseSetCookie, postForm, sessionCookieOf } from './testing/cookies.ts'
import { expect, test } from './testing/fixtures.ts'

const LOGIN = '/api/accounts/login/'
const SIGNUP = '/api/accounts/signup/'
const CSRF = { code: 'csrf_failed', detail: expect.stringMatching(/^CSRF Failed/) }

const foreign: [what: string, headers: Record<string, string>][] = [
  ['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['Sec-Fetch-Site same-site: a sibling subdomain', { 'sec-fetch-site': 'same-site' }],
  ['Sec-Fetch-Site of an unknown kind', { 'sec-fetch-site': 'friendly' }],
  ['Origin of another site', { origin: 'https://evil.test' }],
  ['Origin null', { origin: 'null' }],
  ['Origin of a sibling', { origin: 'https://app.evil.test' }],
  ['Origin with ours as its user', { origin: 'http://127.0.0.1@evil.test' }],
  ['Origin empty', { origin: '' }],
  ['no word about it, but a cookie', { cookie: 'a=b' }],
  ['Sec-Fetch-Site none with another Origin', { 'sec-fetch-site': 'none', origin: 'https://evil.test' }],
  ['Sec-Fetch-Site cross-site with our Origin', { 'sec-fetch-site': 'cross-site', origin: 'OURS' }],
]

for (const [what, given] of foreign) {
  test(`CS-1: ${what} is refused and writes nothing`, async ({ call, server }) => {
    const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value === 'OURS' ? server.url : value]))
    const account = await signUp(call)
    const session = await logInByForm(call, account)
    const cookie = [session, headers.cookie].filter(Boolean).join('; ')
    const person = newPerson()
    const requests = [
      await call(SIGNUP, { json: signupFields(person), headers }),
      await call(SIGNUP, { form: signupFields(person), headers: { ...headers, accept: HTML } }),
      await call(LOGIN, { json: { email: account.email, password: PASSWORD }, headers }),
      await call('/api/accounts/logout/', { form: {}, headers: { ...headers, cookie, accept: HTML } }),
      await call('/api/accounts/logout/', { json: { refresh: account.refresh }, headers }),
      await call('/api/accounts/token/refresh/', { json: { refresh: account.refresh }, headers }),
    ]
    for (const [index, answer] of requests.entries()) {
      expect.soft(answer.status, `request ${index}`).toBe(403)
      if (answer.headers['content-type'] === 'application/json') expect.soft(answer.body, `request ${index}`).toEqual(CSRF)
      expect.soft(sessionCookieOf(answer), `request ${index}`).toBeUndefined()
    }
    expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
    expect((await me(call, session)).status, 'the session goes on').toBe(200)
    expect((await call('/api/protected-endpoint/', { headers: { authorization: `Bearer ${account.access}` } })).status).toBe(200)
  })
}

test('CS-1: our own pages and clients that are no browsers are let through', async ({ call, server }) => {
  const { email, password } = await signUp(call)
  const own: Record<string, string>[] = [
    { 'sec-fetch-site': 'same-origin', cookie: 'a=b' },
    { 'sec-fetch-site': 'same-origin', origin: server.url },
    { origin: server.url, cookie: 'a=b' },
    {},
  ]
  for (const headers of own) {
    expect.soft((await call(LOGIN, { json: { email, password }, headers })).status, JSON.stringify(headers)).toBe(200)
  }
})

test('CS-1: Host and forwarding headers do not make another origin ours', async ({ call }) => {
  const { email, password } = await signUp(call)
  for (const name of ['host', 'x-forwarded-host', 'forwarded', 'x-forwarded-proto']) {
    const value = name === 'forwarded' ? 'host=evil.test' : 'evil.test'
    const answer = await call(LOGIN, { json: { email, password }, headers: { [name]: value, origin: 'http://evil.test' } })
    expect.soft(answer.status, name).toBe(403)
  }
})

test('CS-2: JSON sent as text/plain, as a form can, is 415', async ({ call, server }) => {
  const person = newPerson()
  const body = JSON.stringify(signupFields(person))
  const answer = await call(SIGNUP, { body, headers: { 'content-type': 'text/plain', 'sec-fetch-site': 'same-origin' } })
  expect(answer.status).toBe(415)
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
})

const leadingElsewhere = [
  '//evil.test',
  '///evil.test/x',
  '////evil.test',
  '/\\evil.test',
  '/\\/evil.test',
  '\\\\evil.test',
  '\\/evil.test',
  'https://evil.test',
  'https:evil.test',
  'http:evil.test',
  'http:///evil.test',
  'http:/evil.test',
  'HTTP://evil.test',
  'ftp://evil.test/x',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  '/\t/evil.test',
  '/\n/evil.test',
  '\t//evil.test',
  ' //evil.test',
  '\x08//evil.test',
  '\u00a0//evil.test',
  'http://app@evil.test/',
  'http:999999999',
  '//[::1',
  'http://[::1]/',
  '/..//evil.test',
  '/.//evil.test',
  '/a/../..//evil.test',
  '/%2e%2e//evil.test',
  '/x\r\nSet-Cookie: a=b',
  '/x\r\n\r\n<script>',
  'evil.test',
  '?next=x',
  '#x',
  '',
  '/api/accounts/logout/',
  '/api/accounts/logout',
  '/login',
  '/login/',
  '/login?next=/login?next=/login',
  '/logout',
  `/${'x'.repeat(10_000)}`,
]

describe('LG-5: next', () => {
  for (const next of leadingElsewhere) {
    test(`${JSON.stringify(next.slice(0, 40))} leads to the default page`, async ({ call }) => {
      const { email } = await signUp(call)
      const answer = await postForm(call, LOGIN, { email, password: PASSWORD, next })
      expect(answer.status).toBe(303)
      expect(answer.headers.location).toBe('/dashboard')
      expect(answer.cookies.map((cookie) => parseSetCookie(cookie).name)).not.toContain('a')
    })
  }

  for (const [next, location] of [
    ['/dashboard', '/dashboard'],
    ['/dashboard?a=1&b=%2F%2Fx#top', '/dashboard?a=1&b=%2F%2Fx#top'],
    ['/a/../dashboard', '/dashboard'],
    ['/', '/'],
    ['/?u=https://evil.test/', '/?u=https://evil.test/'],
    ['/zürich', '/z%C3%BCrich'],
  ] as const) {
    test(`${next} leads to ${location}, also after a failure`, async ({ call }) => {
      const { email } = await signUp(call)
      const failed = await postForm(call, LOGIN, { email, password: 'wrong-Passw0rd', next })
      expect(failed.headers.location).toBe(`/login?next=${encodeURIComponent(location)}`)
      const answer = await postForm(call, LOGIN, { email, password: PASSWORD, next })
      expect(answer.headers.location).toBe(location)
    })
  }
})

test('JW-10: another site’s request is spared the check of its origin by a token that holds, and by nothing else', async ({ call }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  const change = (authorization: string) =>
    call('/api/accounts/me/', {
      method: 'PATCH',
      json: { name: 'Mallory' },
      headers: { 'sec-fetch-site': 'cross-site', cookie, authorization },
    })
  for (const [authorization, status] of [
    ['Bearer junk', 401],
    ['Bearer', 401],
    [`Bearer ${account.refresh}`, 401],
    ['Basic bWU6bWU=', 403],
    ['Bearerx junk', 403],
    [' ', 403],
  ] as const) {
    expect.soft((await change(authorization)).status, authorization.slice(0, 12)).toBe(status)
  }
  expect((await me(call, cookie)).body).toMatchObject({ name: account.name })
  expect((await change(`Bearer ${account.access}`)).body).toMatchObject({ name: 'Mallory' })
})

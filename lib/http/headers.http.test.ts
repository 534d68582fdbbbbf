/** The headers on every answer, whatever it is (the contract; the security requirements WB-4, WB-5, CS-4). */
import { type Account, bearer, newPerson, PASSWORD, signupFields } from './testing/accounts.ts'
import { type Call, expect, test } from './testing/fixtures.ts'
import type { Answer } from './testing/send.ts'

const LOGIN = '/api/accounts/login/'
const text = { body: 'x', headers: { 'content-type': 'text/plain' } }

const answers: [what: string, status: number, request: (call: Call, newAccount: () => Promise<Account>) => Promise<Answer>][] = [
  ['a sign-up', 201, (call) => call('/api/accounts/signup/', { json: signupFields(newPerson()) })],
  ['a login', 200, async (call, newAccount) => call(LOGIN, { json: { email: (await newAccount()).email, password: PASSWORD } })],
  [
    'a protected answer',
    200,
    async (call, newAccount) => call('/api/protected-endpoint/', { headers: bearer((await newAccount()).access) }),
  ],
  ['HEAD', 200, async (call, newAccount) => call('/api/accounts/me/', { method: 'HEAD', headers: bearer((await newAccount()).access) })],
  ['OPTIONS', 200, (call) => call(LOGIN, { method: 'OPTIONS' })],
  ['a field error', 400, (call) => call(LOGIN, { json: {} })],
  ['a parse error', 400, (call) => call(LOGIN, { body: '{', headers: { 'content-type': 'application/json' } })],
  ['no credentials', 401, (call) => call('/api/protected-endpoint/')],
  ['a bad token', 401, (call) => call('/api/accounts/token/refresh/', { json: { refresh: 'x' } })],
  ['another site’s request', 403, (call) => call(LOGIN, { json: {}, headers: { 'sec-fetch-site': 'cross-site' } })],
  ['a format that is not served', 404, (call) => call(`${LOGIN}?format=xml`, { json: {} })],
  ['a method that is not served', 405, (call) => call(LOGIN)],
  ['an Accept that is not served', 406, (call) => call(LOGIN, { json: {}, headers: { accept: 'image/png' } })],
  ['a body too large', 413, (call) => call(LOGIN, { json: { email: 'x'.repeat(70_000) } })],
  ['a content type that is not read', 415, (call) => call(LOGIN, text)],
]

for (const [what, status, request] of answers) {
  test(`${what} (${status}) carries the headers of every answer`, async ({ call, newAccount }) => {
    const { headers, status: answered, cookies } = await request(call, newAccount)
    expect(answered).toBe(status)
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'content-type': 'application/json',
      allow: expect.stringMatching(/\bOPTIONS\b/),
    })
    expect(headers.vary).toMatch(/\bAccept\b/)
    expect(headers['cache-control']).toMatch(/\bno-store\b/)
    expect(headers['content-security-policy']).toMatch(/default-src 'none'/)
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
    expect(cookies, 'JSON answers set no cookies').toEqual([])
  })
}

test('CS-4: no other origin may read an answer', async ({ call }) => {
  for (const origin of ['https://evil.test', 'null', 'https://127.0.0.1.evil.test']) {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
      const answer = await call('/api/accounts/me/', { method, headers })
      expect.soft(answer.headers['access-control-allow-origin'], `${method} ${origin}`).toBeUndefined()
      expect.soft(answer.headers['access-control-allow-credentials'], `${method} ${origin}`).toBeUndefined()
    }
  }
})

test('HT-5: unknown methods are answered, never 500, with the headers of every response', async ({ call }) => {
  for (const path of ['/', '/dashboard', LOGIN, '/api/protected-endpoint/']) {
    for (const method of ['TRACE', 'PROPFIND', 'REPORT']) {
      const answer = await call(path, { method })
      expect.soft(answer.status, `${method} ${path}`).toBe(405)
      expect.soft(answer.headers['x-content-type-options'], `${method} ${path}`).toBe('nosniff')
    }
  }
})

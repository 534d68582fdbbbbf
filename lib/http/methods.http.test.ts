/** Methods, OPTIONS, Accept and paths of every endpoint (the contract). */
import { bearer } from './testing/accounts.ts'
import { type Call, expect, test } from './testing/fixtures.ts'

const PUBLIC = [
  '/api/accounts/signup/',
  '/api/accounts/login/',
  '/api/accounts/logout/',
  '/api/accounts/token/',
  '/api/accounts/token/refresh/',
  '/api/accounts/token/verify/',
  '/api/accounts/token/blacklist/',
  '/api/accounts/account-deletion/undo/',
]
/** With the methods that each serves besides HEAD and OPTIONS. */
const PROTECTED: [path: string, methods: string[]][] = [
  ['/api/protected-endpoint/', ['GET']],
  ['/api/accounts/me/', ['GET', 'PATCH', 'DELETE']],
  ['/api/accounts/me/export/', ['GET']],
]
const NO_CREDENTIALS = { detail: 'Authentication credentials were not provided.' }

const setOf = (header: string | undefined) =>
  (header ?? '')
    .split(',')
    .map((method) => method.trim())
    .sort()

for (const path of PUBLIC) {
  test.describe(path, () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
      test(`CS-3: ${method} is 405 and Allow says what is served`, async ({ call }) => {
        const answer = await call(path, { method })
        expect(answer.status).toBe(405)
        expect(setOf(answer.headers.allow)).toEqual(['OPTIONS', 'POST'])
        expect(answer.headers['content-type']).toBe('application/json')
        if (method === 'HEAD') expect(answer.text).toBe('')
        else expect(answer.body).toEqual({ detail: `Method "${method}" not allowed.` })
      })
    }

    test('is served with and without its trailing slash, without a redirect', async ({ call }) => {
      const [withSlash, without] = [await call(path, { json: {} }), await call(path.slice(0, -1), { json: {} })]
      expect(withSlash.status).toBe(400)
      expect(without.status).toBe(400)
      expect(without.body).toEqual(withSlash.body)
    })

    test('Authorization is not looked at, whatever it says', async ({ call }) => {
      for (const authorization of ['Bearer', 'Bearer a b', 'Bearer abc.def.ghi', 'Basic x', 'Bearer %E0%A4%A', 'x'.repeat(8000)]) {
        const answer = await call(path, { json: {}, headers: { authorization } })
        expect.soft(answer.status, authorization.slice(0, 20)).toBe(400)
      }
    })

    test('OPTIONS describes it', async ({ call }) => {
      const answer = await call(path, { method: 'OPTIONS' })
      expect(answer.status).toBe(200)
      expect(setOf(answer.headers.allow)).toEqual(['OPTIONS', 'POST'])
      expect(answer.body).toMatchObject({
        name: expect.any(String),
        description: expect.any(String),
        renders: expect.arrayContaining(['application/json']),
        parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
      })
    })
  })
}

for (const [path, served] of PROTECTED) {
  test.describe(path, () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      test(`${method} without credentials is 401 before anything else`, async ({ call }) => {
        const answer = await call(path, { method })
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"')
        expect(answer.body).toEqual(NO_CREDENTIALS)
      })
    }

    test(`other methods with credentials are 405; ${served.join(', ')}, HEAD and OPTIONS are served`, async ({ call, newAccount }) => {
      const { access } = await newAccount()
      const as = (method: string) => call(path, { method, headers: bearer(access) })
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !served.includes(name))) {
        const answer = await as(method)
        expect.soft(answer.status, method).toBe(405)
        expect
          .soft(
            setOf(answer.headers.allow).filter((name) => name !== 'HEAD'),
            method,
          )
          .toEqual([...served, 'OPTIONS'].sort())
        expect.soft(answer.body, method).toEqual({ detail: `Method "${method}" not allowed.` })
      }
      expect((await as('GET')).status).toBe(200)
      expect(await as('HEAD')).toMatchObject({ status: 200, text: '' })
      expect((await as('OPTIONS')).status).toBe(200)
    })

    test('is served with and without its trailing slash', async ({ call, newAccount }) => {
      const { access, email } = await newAccount()
      for (const spelling of [path, path.slice(0, -1)]) {
        expect.soft((await call(spelling, { headers: bearer(access) })).text, spelling).toContain(email)
      }
    })
  })
}

test('OPTIONS of sign-up is the original’s, word by word', async ({ call }) => {
  const answer = await call('/api/accounts/signup/', { method: 'OPTIONS' })
  expect(answer.body).toEqual({
    name: 'Signup',
    description: 'User registration endpoint',
    renders: ['application/json', 'text/html'],
    parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  })
})

test.describe('Accept', () => {
  const post = (call: Call, accept: string, path = '/api/accounts/login/') => call(path, { json: {}, headers: { accept } })

  for (const accept of [
    'application/json',
    '*/*',
    'application/*',
    'application/json;q=0.1',
    'text/plain, */*;q=0.5',
    'Application/JSON',
  ]) {
    test(`${accept} is answered in JSON`, async ({ call }) => {
      const answer = await post(call, accept)
      expect(answer.status).toBe(400)
      expect(answer.headers['content-type']).toBe('application/json')
    })
  }

  for (const accept of ['application/xml', 'image/*', 'text/plain', 'nonsense']) {
    test(`${accept} is 406`, async ({ call }) => {
      for (const path of ['/api/accounts/login/', '/api/protected-endpoint/']) {
        const answer = await call(path, { method: path.includes('login') ? 'POST' : 'GET', headers: { accept } })
        expect.soft(answer.status, path).toBe(406)
        expect.soft(answer.headers['content-type'], path).toBe('application/json')
        expect.soft(answer.body, path).toEqual({ detail: 'Could not satisfy the request Accept header.' })
      }
    })
  }

  test('?format=json is JSON and another format 404', async ({ call }) => {
    expect((await call('/api/accounts/login/?format=json', { json: {} })).status).toBe(400)
    const unknown = await call('/api/accounts/login/?format=xml', { json: {} })
    expect(unknown.status).toBe(404)
    expect(unknown.body).toEqual({ detail: 'Not found.' })
  })
})

test.describe('Authorization', () => {
  test('JW-9: the word Bearer may be in any case', async ({ call, newAccount }) => {
    const { access } = await newAccount()
    for (const authorization of [`bearer ${access}`, `BEARER ${access}`, `bEaReR   ${access}`]) {
      expect.soft((await call('/api/protected-endpoint/', { headers: { authorization } })).status, authorization.slice(0, 8)).toBe(200)
    }
  })

  test('JW-9: a token is taken from the header alone', async ({ call, newAccount }) => {
    const { access } = await newAccount()
    for (const path of [`/api/protected-endpoint/?access_token=${access}`, `/api/protected-endpoint/?token=${access}`]) {
      expect.soft((await call(path)).body).toEqual(NO_CREDENTIALS)
    }
    const cookie = await call('/api/protected-endpoint/', { headers: { cookie: `access=${access}; token=${access}; latchkey=${access}` } })
    expect(cookie.body).toEqual(NO_CREDENTIALS)
  })

  const malformed = { detail: 'Authorization header must contain two space-delimited values', code: 'bad_authorization_header' }
  for (const [authorization, body] of [
    ['Bearer', malformed],
    ['Bearer  ', malformed],
    ['Bearer a b', malformed],
    ['bearer a b c', malformed],
    ['Basic dXNlcjpwYXNz', NO_CREDENTIALS],
    ['Token abc', NO_CREDENTIALS],
    ['BearerX abc', NO_CREDENTIALS],
    ['', NO_CREDENTIALS],
  ] as const) {
    test(`JW-9: "${authorization}" is 401`, async ({ call }) => {
      const answer = await call('/api/protected-endpoint/', { headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"')
      expect(answer.body).toEqual(body)
    })
  }

  test('JW-9: junk in the header is 401, never 500', async ({ call }) => {
    for (const token of ['%E0%A4%A', '..', '...', 'a.b', '\u00ff\u00fe', 'null', '{}', 'x'.repeat(12_000), `${'a'.repeat(3000)}.b.c`]) {
      const answer = await call('/api/protected-endpoint/', { headers: bearer(token) })
      expect.soft(answer.status, token.slice(0, 20)).toBe(401)
      expect.soft(answer.body, token.slice(0, 20)).toMatchObject({ code: 'token_not_valid' })
    }
  })
})

/** The headers of whatever the server answers, page, file or error, its own or Next's (the security requirements WB-2 to WB-5, WB-8). */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bearer, newPerson, PASSWORD, signUp, signupFields } from '../../lib/http/testing/accounts.ts'
import { cookieOf, HTML, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { addressOf, builtRoutes } from '../built-routes.ts'
import { test as base, type Call, expect } from '../fixtures.ts'
import { expectHeaders } from '../headers.ts'
import { projectDirectory } from '../places.ts'
import { startServer, type TestServer } from '../server.ts'

const LOGIN = '/api/accounts/login/'

/** A server as it stands behind TLS, with a low rate limit; shared by a worker's tests. */
const test = base.extend<{ call: Call }, { secure: TestServer }>({
  secure: [
    async ({ database }, use) => {
      const env = { APP_URL: 'https://accounts.example.com', THROTTLE_RATES: '*=100000/m,reset=1/h' }
      const server = await startServer({ kind: database, env })
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  call: async ({ secure }, use) => {
    await use((path, options) => send(secure.url, path, options))
  },
})

/** Each test asks for much. */
test.setTimeout(240_000)

test('WB-4, WB-5: every page of the build, signed out and signed in', { tag: '@drill' }, async ({ call, secure }) => {
  const { email } = await signUp(call)
  const cookie = cookieOf(await postForm(call, LOGIN, { email, password: PASSWORD }))
  expect(cookie).toMatch(/^__Host-latchkey=/)
  for (const page of (await builtRoutes()).pages.map(addressOf)) {
    for (const who of [undefined, cookie]) {
      for (const headers of [{}, { rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }]) {
        const answer = await openPage(call, page, who, headers as Record<string, string>)
        expectHeaders(answer, `${page} ${who ? 'in' : 'out'} ${JSON.stringify(headers)}`)
        expect.soft(answer.status, page).toBeLessThan(500)
      }
      expectHeaders(await call(page, { method: 'HEAD', headers: who ? { cookie: who } : {} }), `HEAD ${page}`)
    }
  }
  expect(secure.output()).not.toMatch(/Error/)
})

test('WB-4, WB-5, WB-8: every endpoint’s success and failure, and every redirect', async ({ call }) => {
  const { email, access } = await signUp(call)
  const form = await postForm(call, LOGIN, { email, password: PASSWORD })
  const cookie = cookieOf(form)
  const answers: [number, string, Answer][] = [
    [201, 'sign-up', await call('/api/accounts/signup/', { json: signupFields(newPerson()) })],
    [200, 'login', await call(LOGIN, { json: { email, password: PASSWORD } })],
    [200, 'me by token', await call('/api/accounts/me/', { headers: bearer(access) })],
    [200, 'me by cookie', await call('/api/accounts/me/', { headers: { cookie } })],
    [200, 'HEAD', await call('/api/accounts/me/', { method: 'HEAD', headers: { cookie } })],
    [200, 'OPTIONS', await call(LOGIN, { method: 'OPTIONS' })],
    [204, 'OPTIONS *', await call('*', { method: 'OPTIONS' })],
    [303, 'form', form],
    [303, 'failed form', await postForm(call, LOGIN, { email, password: 'wrong' })],
    [303, 'gate', await call('/dashboard')],
    [303, 'well-known', await call('/.well-known/change-password')],
    [303, 'link page', await call('/verify-email?token=abc')],
    [307, 'a page’s own', await openPage(call, '/settings', cookie)],
    [307, 'login page when signed in', await openPage(call, '/login', cookie)],
    [308, 'Next: slashes', await call('//x')],
    [308, 'Next: backslash', await call('/a\\b')],
    [400, 'field error', await call(LOGIN, { json: {} })],
    [400, 'no path', await call('*')],
    [401, 'no credentials', await call('/api/protected-endpoint/')],
    [403, 'another site', await call(LOGIN, { json: {}, headers: { 'sec-fetch-site': 'cross-site' } })],
    [403, 'another site’s form', await call(LOGIN, { form: {}, headers: { accept: HTML, 'sec-fetch-site': 'cross-site' } })],
    [404, 'page', await call('/nowhere')],
    [404, 'page when signed in', await openPage(call, '/nowhere', cookie)],
    [404, 'file', await call('/nowhere.png')],
    [404, 'endpoint', await call('/api/nowhere/')],
    [404, 'static file', await call('/_next/static/chunks/none.js')],
    [404, 'image optimizer', await call('/_next/image?url=%2Ficon.svg&w=64&q=75')],
    [404, 'well-known', await call('/.well-known/nowhere')],
    [404, 'escaped', await call('/%64ashboard')],
    [404, 'below a page', await openPage(call, '/dashboard/x.css', cookie)],
    [404, 'security.txt without a contact', await call('/.well-known/security.txt')],
    [404, 'format', await call(`${LOGIN}?format=xml`, { json: {} })],
    [405, 'endpoint', await call(LOGIN)],
    [405, 'TRACE', await call('/', { method: 'TRACE' })],
    [404, 'POST to a static file', await call('/_next/static/chunks/none.js', { method: 'POST' })],
    [406, 'Accept', await call(LOGIN, { json: {}, headers: { accept: 'image/png' } })],
    [413, 'JSON', await call(LOGIN, { json: { email: 'x'.repeat(70_000) } })],
    [413, 'form', await postForm(call, LOGIN, { email: 'x'.repeat(70_000) })],
    [415, 'content type', await call(LOGIN, { body: 'x', headers: { 'content-type': 'text/plain' } })],
  ]
  for (const [status, what, answer] of answers) {
    expect.soft(answer.status, what).toBe(status)
    expectHeaders(answer, `${status} ${what}`)
  }
})

test('WB-4: 429, for a client and for a form', async ({ call }) => {
  const { email } = newPerson()
  const reset = () => call('/api/accounts/password/reset/', { json: { email } })
  await reset()
  const throttled = await reset()
  expect(throttled.status).toBe(429)
  expectHeaders(throttled, '429')
  const form = await postForm(call, '/api/accounts/password/reset/', { email })
  expect(form.status).toBe(303)
  expectHeaders(form, '303 after a 429')
})

test('WB-4, WB-5, CF-2: a database that is gone is 500 in words, for clients, forms and pages, with the same headers', async ({
  startServer,
}) => {
  const server = await startServer({ env: { APP_URL: 'https://accounts.example.com' } })
  const call: Call = (path, options) => send(server.url, path, options)
  const account = await signUp(call)
  const cookie = cookieOf(await postForm(call, LOGIN, { email: account.email, password: PASSWORD }))
  const flight = (await openPage(call, '/dashboard', cookie, { rsc: '1' })).headers.location ?? 'none'
  await server.sql('ALTER TABLE accounts_session RENAME TO accounts_elsewhere')
  const answers = {
    client: await call('/api/accounts/me/', { headers: bearer(account.access) }),
    form: await postForm(call, LOGIN, { email: account.email, password: PASSWORD }),
    page: await openPage(call, '/dashboard', cookie),
  }
  // Next has begun its answer to its own scripts by then: the error is told in the stream, in words as well.
  const inStream = await openPage(call, flight, cookie, { rsc: '1' })
  expect.soft([200, 500]).toContain(inStream.status)
  expectHeaders(inStream, 'page over RSC')
  expect.soft(inStream.text).not.toMatch(/accounts_|SELECT|prisma|\bat [/\w]+:\d/i)
  for (const [what, answer] of Object.entries(answers)) {
    expect.soft(answer.status, what).toBe(500)
    expectHeaders(answer, `500 ${what}`)
    expect.soft(answer.text, what).not.toMatch(/accounts_|SELECT|prisma|\bat [/\w]+:\d/i)
  }
})

test('WB-5: static files are for shared caches, and nothing else is', async ({ call }) => {
  const { email } = await signUp(call)
  const cookie = cookieOf(await postForm(call, LOGIN, { email, password: PASSWORD }))
  const directory = join(projectDirectory, '.next', 'static')
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/_next/static/${join(entry.parentPath, entry.name).slice(directory.length + 1)}`)
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const answer = await call(encodeURI(file), { headers: { cookie } })
    expect.soft(answer.status, file).toBe(200)
    expect.soft(answer.headers['cache-control'], file).toBe('public, max-age=31536000, immutable')
    expectHeaders(answer, file, { cached: true })
  }
  expectHeaders(await call('/icon.svg', { headers: { cookie } }), '/icon.svg', { cached: true })
})

test('WB-3: neither a policy nor a nonce of the client’s reaches any answer', { tag: '@drill' }, async ({ call, secure }) => {
  const { email } = await signUp(call)
  const cookie = cookieOf(await postForm(call, LOGIN, { email, password: PASSWORD }))
  const planted = {
    'content-security-policy': "script-src 'nonce-ATTACKER1'",
    'content-security-policy-report-only': "script-src 'nonce-ATTACKER2'",
    'x-nonce': 'ATTACKER3',
    'x-path': '/ATTACKER4',
    'x-middleware-override-headers': 'x-nonce,content-security-policy',
    'x-middleware-request-x-nonce': 'ATTACKER5',
    'x-middleware-request-content-security-policy': "script-src 'nonce-ATTACKER6'",
  }
  const { pages } = await builtRoutes()
  for (const path of [...pages.map(addressOf), '/nowhere', '/nowhere.png', '/api/nowhere/', '/%64ashboard', '//x', '/_global-error']) {
    for (const headers of [
      {},
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1' },
      { rsc: '1', 'next-router-segment-prefetch': '/_tree' },
    ]) {
      for (const who of [{}, { cookie }]) {
        const answer = await call(path, { headers: { accept: HTML, ...planted, ...headers, ...who } as Record<string, string> })
        expect.soft(/ATTACKER\d/.exec(answer.text)?.[0], `${path} ${JSON.stringify(headers)}`).toBeUndefined()
        expect.soft(JSON.stringify(answer.headers), path).not.toContain('ATTACKER')
      }
    }
  }
  expect(secure.output()).not.toContain('ATTACKER')
})

test('WB-2: two loads of a page have two nonces of 128 bits, and each script carries its page’s', { tag: '@drill' }, async ({ call }) => {
  const { email } = await signUp(call)
  const cookie = cookieOf(await postForm(call, LOGIN, { email, password: PASSWORD }))
  const nonces: string[] = []
  for (const page of [...(await builtRoutes()).pages.map(addressOf), '/nowhere']) {
    for (const who of [undefined, undefined, cookie, cookie]) {
      const answer = await openPage(call, page, who)
      const scripts = answer.text.match(/<script\b[^>]*>/g) ?? []
      if (![200, 404].includes(answer.status)) continue
      const nonce = /script-src 'nonce-([^']+)'/.exec(answer.headers['content-security-policy']?.toString() ?? '')?.[1] ?? ''
      expect.soft(Buffer.from(nonce, 'base64').length, page).toBe(16)
      expect.soft(scripts.length, page).toBeGreaterThan(0)
      for (const script of scripts) expect.soft(script, page).toContain(`nonce="${nonce}"`)
      for (const link of answer.text.match(/<(?:style|link rel="preload" as="script")\b[^>]*>/g) ?? [])
        expect.soft(link, page).toContain(`nonce="${nonce}"`)
      expect.soft(answer.text, page).not.toMatch(/\son\w+=|javascript:|\sstyle="/i)
      nonces.push(nonce)
    }
  }
  expect(new Set(nonces).size).toBe(nonces.length)
})

test('U7: what a page sends to Next’s own scripts has an address of its own, and no cache keeps it', async ({ call }) => {
  const { email } = await signUp(call)
  const cookie = cookieOf(await postForm(call, LOGIN, { email, password: PASSWORD }))
  const bare = await openPage(call, '/dashboard', cookie, { rsc: '1' })
  expect(bare.status).toBe(307)
  expect(bare.headers.location).toMatch(/^\/dashboard\?_rsc(=\w+)?$/)
  expectHeaders(bare, 'RSC without _rsc')
  const flight = await openPage(call, bare.headers.location ?? 'none', cookie, { rsc: '1' })
  expect([flight.status, flight.headers['content-type']]).toEqual([200, 'text/x-component'])
  expect(flight.headers.vary).toMatch(/^rsc, next-router-state-tree/i)
  expectHeaders(flight, 'RSC')
})

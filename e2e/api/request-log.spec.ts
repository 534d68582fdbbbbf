/** Each request is one line of the log, by which it can be found again, and which tells no secrets. */
import { bearer, logIn, PASSWORD, refreshWith, signUp } from '../../lib/http/testing/accounts.ts'
import { logInByForm, openPage } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { type Call, expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const callTo =
  (server: TestServer): Call =>
  (path, options) =>
    send(server.url, path, options)

const linesOf = (server: TestServer) =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** The lines of one request, once it has one. */
async function linesFor(server: TestServer, requestId: string | string[] | undefined): Promise<Record<string, unknown>[]> {
  const lines = () => linesOf(server).filter((line) => line.requestId === requestId && line.event === 'request')
  await expect.poll(() => lines().length).toBeGreaterThan(0)
  return lines()
}

test('each answer names its request, and the log has one line of it: endpoints, pages, redirects, what there is not', async ({
  startServer,
}) => {
  const server = await startServer()
  const call = callTo(server)
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  const expected: [string, () => ReturnType<Call>, Record<string, unknown>][] = [
    [
      'an endpoint',
      () => call('/api/accounts/me/', { headers: bearer(account.access) }),
      { method: 'GET', route: '/api/accounts/me/', status: 200, userId: account.id },
    ],
    [
      'an error',
      () => call('/api/accounts/login/', { json: {} }),
      { method: 'POST', route: '/api/accounts/login/', status: 400, userId: null },
    ],
    ['a page', () => openPage(call, '/dashboard', cookie), { route: '/dashboard', status: 200, userId: account.id }],
    ['a redirect', () => openPage(call, '/dashboard'), { route: '/dashboard', status: 303, userId: null }],
    ['a page with an id', () => openPage(call, '/dev/outbox/17'), { route: null, status: 404 }],
    ['nothing', () => openPage(call, '/nowhere'), { route: null, status: 404 }],
    ['an unknown method', () => call('/login', { method: 'PROPFIND' }), { method: 'PROPFIND', status: 405 }],
  ]
  for (const [what, ask, line] of expected) {
    const answer = await ask()
    const lines = await linesFor(server, answer.headers['x-request-id'])
    expect(lines, what).toEqual([expect.objectContaining({ level: 'info', clientIp: '127.0.0.1', ms: expect.any(Number), ...line })])
  }
})

test('a well-formed id of the client’s is kept, and its trace; anything else is replaced', async ({ startServer }) => {
  const server = await startServer()
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const kept = await send(server.url, '/api/accounts/login/', { json: {}, headers: { 'x-request-id': 'order-17.b_C', traceparent } })
  expect(kept.headers['x-request-id']).toBe('order-17.b_C')
  expect(await linesFor(server, 'order-17.b_C')).toEqual([
    expect.objectContaining({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }),
  ])
  for (const id of ['', 'a b', 'a'.repeat(65), '{"a":1}', 'a\u00e9', 'a;b', '\x1b[2J'.replace('\x1b', '%1b')]) {
    const answer = await send(server.url, '/login', { headers: { 'x-request-id': id, traceparent: '00-0-0-zz' } })
    expect(answer.headers['x-request-id']).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/)
    expect((await linesFor(server, answer.headers['x-request-id']))[0]).not.toHaveProperty('traceId')
  }
})

test('AU-3: the log holds no body, query, cookie, token or password, and no character that a client sent', async ({ startServer }) => {
  const server = await startServer({ env: { LOG_LEVEL: 'trace' } })
  const call = callTo(server)
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  await logIn(call, { email: account.email, password: 'wrong-CANARY-password' })
  await refreshWith(call, account.refresh)
  await openPage(call, '/dashboard?q=CANARY', cookie)
  await openPage(call, '/verify-email?token=CANARYtoken')
  await openPage(call, '/CANARY/CANARY')
  await call('/login', { headers: { 'user-agent': 'CANARY{"evil":1}\x9b2J', referer: 'http://CANARY/', 'x-request-id': 'CANARY"' } })
  const { headers } = await call('/api/accounts/me/?token=CANARY', { headers: bearer(account.access) })
  await linesFor(server, headers['x-request-id'])
  const secrets = [
    PASSWORD,
    account.access,
    account.refresh,
    account.access.split('.')[2] ?? '',
    cookie.split('=')[1] ?? '',
    'CANARY',
    account.email,
  ]
  for (const secret of secrets) expect(server.output().includes(secret), secret).toBe(false)
})

test('LOG_LEVEL=warn leaves requests out, and silent everything', async ({ startServer }) => {
  for (const LOG_LEVEL of ['warn', 'silent']) {
    const server = await startServer({ env: { LOG_LEVEL } })
    await send(server.url, '/login')
    expect(linesOf(server).filter(({ event }) => event === 'request')).toEqual([])
  }
})

test('what reads the log may end: the server answers on, and does not report each line that is not read', async ({ startServer }) => {
  const server = await startServer()
  server.hangUp()
  for (let n = 0; n < 20; n++) {
    expect((await send(server.url, '/api/protected-endpoint/')).status).toBe(401)
    expect((await send(server.url, '/login', { headers: { accept: 'text/html' } })).status).toBe(200)
  }
  expect(server.output()).not.toMatch(/EPIPE|uncaughtException/)
})

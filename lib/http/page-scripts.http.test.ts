/** Scripts of our own pages: what they get as the browser's, and who is none (`forScripts`). */
import { expect, test } from './testing/fixtures.ts'

const OPTIONS = '/api/accounts/login/passkey/options/'
const ENV = { APP_URL: 'http://localhost:4321' }
const script = { accept: 'application/json', 'sec-fetch-site': 'same-origin' }

test('CS-1: a script of our own page gets JSON and a cookie; API clients and other origins get no cookie', async ({ serverWith }) => {
  const { call } = await serverWith({ ...ENV, CORS_ALLOWED_ORIGINS: 'https://app.example.com' })
  const cookies = async (headers: Record<string, string>) => {
    const { status, cookies: set } = await call(OPTIONS, { method: 'POST', headers })
    return [status, set.map((cookie) => cookie.replace(/=[\w-]{43};/, '=…;'))]
  }
  const own = ['latchkey_passkey=…; Max-Age=300; Path=/; HttpOnly; SameSite=Lax']
  expect(await cookies(script)).toEqual([200, own])
  // A browser that sends no Fetch Metadata.
  expect(await cookies({ accept: 'application/json', origin: 'http://localhost:4321' })).toEqual([200, own])
  expect(await cookies({ accept: 'application/json' })).toEqual([200, []])
  expect(await cookies({ accept: 'application/json', origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' })).toEqual([
    200,
    [],
  ])
  for (const site of ['cross-site', 'same-site'])
    expect(await cookies({ accept: 'application/json', origin: 'https://evil.example', 'sec-fetch-site': site })).toEqual([403, []])
})

test('what only forms send means nothing to a script’s request', async ({ serverWith }) => {
  const { call } = await serverWith(ENV)
  for (const json of [{ _theme: 'dark' }, { _check: '1' }, { _open: '1' }, { next: '/settings' }]) {
    const { status, body } = await call(OPTIONS, { json, headers: script })
    expect([status, body]).toEqual([200, { public_key: expect.anything() }])
  }
})

/**
 * What people and clients hold from release 0.1.0 stays valid after an upgrade: the database, cookies, tokens and link were made by
 * a server of that release (lib/http/testing/release-0.1.0.*) and are used a quarter of an hour later.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, vi } from 'vitest'
import { createDatabase } from '../db/testing/databases.ts'
import { logIn, openProtected, refreshWith } from '../http/testing/accounts.ts'
import { cookieOf, me, postForm } from '../http/testing/cookies.ts'
import { test as base, expect } from '../http/testing/fixtures.ts'
import { NEW_PASSWORD } from '../http/testing/recovery.ts'
import release from '../http/testing/release-0.1.0.json' with { type: 'json' }
import { startApp } from '../http/testing/start-app.ts'

const RELEASE = join(import.meta.dirname, '..', 'http', 'testing', 'release-0.1.0.sqlite.gz')

/** Longer than a browser's sliding token lives, shorter than an access token does. */
const LATER = 15 * 60 * 1000

const test = base.extend(
  'server',
  { scope: 'file' },
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures that are wanted from this pattern
  async ({}, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-release-'))
    const file = join(directory, 'release.sqlite')
    await writeFile(file, gunzipSync(await readFile(RELEASE)))
    const database = await createDatabase('sqlite', `file:${file}`)
    const env = { SECRET_KEY: release.secretKey, DATABASE_URL: database.url }
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'lib/cli/manage.ts', 'migrate'], { env: { ...process.env, ...env } })
    const app = await startApp({ database, env })
    onCleanup(async () => {
      await app.stop()
      await database.drop()
      await rm(directory, { recursive: true })
    })
    return app
  },
)

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(release.recordedAt) + LATER })
})
afterAll(() => {
  vi.useRealTimers()
})

test("an API client's access token is still accepted", async ({ call }) => {
  for (const { access } of [release.client.signUp, release.client.current]) {
    expect((await openProtected(call, access)).status).toBe(200)
  }
})

test("an API client's refresh token still gives a new pair", async ({ call }) => {
  const { refresh } = release.client.signUp
  expect((await refreshWith(call, refresh)).body).toEqual({ access: expect.any(String), refresh: expect.any(String) })
})

test('a refresh token that was used before the upgrade is refused, and ends its session', async ({ call }) => {
  const { used, current } = release.client
  expect((await refreshWith(call, used)).status).toBe(401)
  expect((await refreshWith(call, current.refresh)).status).toBe(401)
})

test('a browser is still signed in, and its token is renewed', async ({ call }) => {
  for (const cookie of [release.browser.signedUp, release.browser.remembered]) {
    const answer = await me(call, cookie)
    expect(answer.body).toMatchObject({ email: 'aisha@example.com', name: 'عائشة بنت أحمد' })
    expect((await me(call, cookieOf(answer))).status).toBe(200)
  }
})

test('staff still reach the admin area, by browser and by token', async ({ call }) => {
  const { browser: cookie, client } = release.staff
  for (const headers of [{ cookie }, { authorization: `Bearer ${client.access}` }] as Record<string, string>[]) {
    const answer = await call('/api/admin/users/', { headers })
    expect(answer.body).toMatchObject({ count: 3 })
  }
})

test('a reset link that was mailed before the upgrade still sets a password, in the browser that asked', async ({ call }) => {
  const token = new URL(release.resetLink, 'http://localhost').searchParams.get('token') ?? ''
  const form = { token, password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  const answer = await postForm(call, '/api/accounts/password/reset/confirm/', form, { cookie: release.resetCookie })
  expect([answer.status, answer.headers.location]).toEqual([303, '/password-reset/done'])
  expect((await logIn(call, { email: 'ada@example.com', password: NEW_PASSWORD })).status).toBe(200)
})

test('a password is still the same', async ({ call }) => {
  expect((await logIn(call, { email: 'aisha@example.com', password: release.password })).status).toBe(200)
})

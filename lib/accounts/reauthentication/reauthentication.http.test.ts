/** Step-up: what a stolen session must not do without the password (MF-4, ASVS 7.5.1, 7.5.2). */
import { bearer, openProtected, PASSWORD, refreshWith } from '../../http/testing/accounts.ts'
import { ageSessions, MINUTE } from '../../http/testing/aging.ts'
import { logInByForm, me } from '../../http/testing/cookies.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import { accessClaims, claimsOf, mint, refreshClaims } from '../../http/testing/jwt.ts'

const REAUTHENTICATE = '/api/accounts/reauthenticate/'
const EXPORT = '/api/accounts/me/export/'
const ALL = '/api/accounts/logout/all/'
const REFUSED = { detail: 'Enter your password again to do this.', code: 'reauthentication_required' }

const reauthenticate = (call: Call, access: string, json: unknown = { password: PASSWORD }) =>
  call(REAUTHENTICATE, { json, headers: bearer(access) })
const old = { authenticated_at: 10 * MINUTE }

test('ten minutes after the login the export and what ends sessions need the password again', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const other = await logInByForm(call, account)
  const sid = claimsOf(other.slice('latchkey='.length)).sid
  await ageSessions(server, account.id, { authenticated_at: 10 * MINUTE - 30 })
  expect((await call(EXPORT, { headers: bearer(account.access) })).status).toBe(200)
  await ageSessions(server, account.id, old)
  const sensitive = [
    () => call(EXPORT, { headers: bearer(account.access) }),
    () => call(ALL, { json: {}, headers: bearer(account.access) }),
    () => call(`/api/accounts/sessions/${sid}/`, { method: 'DELETE', headers: bearer(account.access) }),
  ]
  for (const attempt of sensitive) {
    const answer = await attempt()
    expect([answer.status, answer.body]).toEqual([403, REFUSED])
    expect(answer.headers['www-authenticate']).toBeUndefined()
  }
  expect((await me(call, other)).status).toBe(200)
  expect((await call('/api/accounts/me/', { headers: bearer(account.access) })).status, 'all else goes on').toBe(200)

  const answer = await reauthenticate(call, account.access)
  expect([answer.status, answer.body, answer.cookies]).toEqual([200, { detail: 'You have confirmed that it is you.' }, []])
  const statuses: number[] = []
  for (const attempt of sensitive) statuses.push((await attempt()).status)
  expect(statuses).toEqual([200, 200, 404])
  expect((await me(call, other)).status).toBe(401)
})

test('a refresh proves nothing: its access token needs the password as well', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await ageSessions(server, account.id, old)
  const { access } = (await refreshWith(call, account.refresh)).body as { access: string }
  expect((await call(EXPORT, { headers: bearer(access) })).body).toEqual(REFUSED)
})

test('a wrong password is an error of its field, changes nothing, and is audited', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await ageSessions(server, account.id, old)
  for (const [json, error] of [
    [{ password: 'wrong' }, 'The password is incorrect.'],
    [{ password: `${PASSWORD} ` }, 'The password is incorrect.'],
    [{ password: '' }, 'This field may not be blank.'],
    [{}, 'This field is required.'],
    [{ password: null }, 'This field may not be null.'],
    [{ password: [PASSWORD] }, 'Not a valid string.'],
    [{ password: 'x'.repeat(5000) }, 'The password is incorrect.'],
  ]) {
    const answer = await reauthenticate(call, account.access, json)
    expect.soft([answer.status, answer.body]).toEqual([400, { password: [error] }])
  }
  expect((await call(EXPORT, { headers: bearer(account.access) })).status).toBe(403)
  expect((await openProtected(call, account.access)).status).toBe(200)
  const rows = await server.sql("SELECT detail FROM accounts_auditevent WHERE event = 'reauthentication_failed' AND subject_id = ?", [
    account.id,
  ])
  expect(rows.map(({ detail }) => detail)).toEqual(Array(3).fill('{"reason":"wrong_password"}'))
  expect((await call(REAUTHENTICATE, { json: { password: PASSWORD } })).status, 'without a session').toBe(401)
  expect((await call(REAUTHENTICATE, { headers: bearer(account.access) })).status).toBe(405)
})

test('it takes the password or a code, exactly one of them', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await ageSessions(server, account.id, old)
  for (const [json, errors] of [
    [{ password: PASSWORD, code: '123456' }, { non_field_errors: ['Send either a password or a code.'] }],
    [{ code: '123456' }, { code: ['The code is not valid, or was used already.'] }],
    [{ code: '' }, { code: ['This field may not be blank.'] }],
    [{ code: null }, { code: ['This field may not be null.'] }],
  ]) {
    const answer = await reauthenticate(call, account.access, json)
    expect.soft([answer.status, answer.body]).toEqual([400, errors])
  }
  expect((await call(EXPORT, { headers: bearer(account.access) })).status).toBe(403)
})

test('tokens of the original have no login that is known: they are told to log in again', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const legacy = mint(accessClaims(account.id), server.secret)
  expect((await openProtected(call, legacy)).status).toBe(200)
  expect((await call(EXPORT, { headers: bearer(legacy) })).body).toEqual(REFUSED)
  const answer = await reauthenticate(call, legacy)
  expect([answer.status, answer.body]).toEqual([403, { detail: 'The token belongs to no session. Log in again.', code: 'no_session' }])
  // A session that such a token goes on as has seen no password either, until it does.
  const { access } = (await refreshWith(call, mint(refreshClaims(account.id), server.secret))).body as { access: string }
  expect((await call(EXPORT, { headers: bearer(access) })).body).toEqual(REFUSED)
  expect((await reauthenticate(call, access)).status).toBe(200)
  expect((await call(EXPORT, { headers: bearer(access) })).status).toBe(200)
})

test('RL-4: guesses here and at the login are counted together', async ({ startServer }) => {
  const { call, newAccount } = await startServer({ env: { THROTTLE_RATES: '' } })
  const account = await newAccount()
  const statuses: number[] = []
  for (let tries = 0; tries < 11; tries++) statuses.push((await reauthenticate(call, account.access, { password: 'wrong' })).status)
  expect(statuses).toEqual([...Array(10).fill(400), 429])
  const login = await call('/api/accounts/login/', { json: { email: account.email, password: PASSWORD } })
  expect(login.status).toBe(429)
  expect((await reauthenticate(call, account.access)).status, 'the right one neither, until the window is over').toBe(429)
})

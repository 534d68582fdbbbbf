/** Where a user is signed in, and what ends it (RT-5, RT-7 to RT-11, LG-1). */
import {
  type Account,
  bearer,
  logIn,
  newPerson,
  openProtected,
  PASSWORD,
  readLogin,
  refreshWith,
  signupFields,
} from '../../http/testing/accounts.ts'
import { ageSessions, DAY, HOUR } from '../../http/testing/aging.ts'
import {
  cookieOf,
  formHeaders,
  logInByForm,
  logOutByForm,
  me,
  parseSetCookie,
  postForm,
  sessionCookieOf,
} from '../../http/testing/cookies.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import { claimsOf, mint, refreshClaims } from '../../http/testing/jwt.ts'
import { askForChange, confirmChange, mailedToken, undoChange } from '../../http/testing/recovery.ts'
import type { App } from '../../http/testing/start-app.ts'

const SESSIONS = '/api/accounts/sessions/'
const ALL = '/api/accounts/logout/all/'
const LOGIN = '/api/accounts/login/'

interface Listed {
  id: string
  current: boolean
}

const list = async (call: Call, access: string) => (await call(SESSIONS, { headers: bearer(access) })).body as Listed[]
const sidOf = (token: string) => String(claimsOf(token).sid)
const sidOfCookie = (cookie: string) => sidOf(cookie.slice(cookie.indexOf('=') + 1))
const end = (call: Call, access: string, id: string) => call(`${SESSIONS}${id}/`, { method: 'DELETE', headers: bearer(access) })
const everywhere = (call: Call, access: string, json: unknown = {}) => call(ALL, { json, headers: bearer(access) })
const NOT_FOUND = { detail: 'Not found.' }

/** A user who is signed in twice: by a program and in a browser. */
async function twoClients({ call, newAccount }: Pick<App, 'call' | 'newAccount'>): Promise<{ account: Account; cookie: string }> {
  const account = await newAccount()
  return { account, cookie: await logInByForm(call, account) }
}

/** What the two clients are answered now: access token, refresh token, cookie. */
async function answersTo(call: Call, { account, cookie }: { account: Account; cookie: string }): Promise<number[]> {
  return [
    (await openProtected(call, account.access)).status,
    (await refreshWith(call, account.refresh)).status,
    (await me(call, cookie)).status,
  ]
}
const ALL_OUT = [401, 401, 401]

test('RT-9: the list holds the account’s sessions, the one that asks first, and no token', async ({ call, newAccount, server }) => {
  const { account, cookie } = await twoClients(server)
  await newAccount()
  const answer = await call(SESSIONS.slice(0, -1), { headers: bearer(account.access) })
  expect(answer.status).toBe(200)
  expect(answer.headers['cache-control']).toBe('private, no-store')
  const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const row = {
    device: 'Unknown device',
    ip_address: '127.0.0.1',
    created_at: timestamp,
    last_used_at: timestamp,
    expires_at: timestamp,
  }
  expect(answer.body).toEqual([
    { ...row, id: sidOf(account.access), current: true },
    { ...row, id: sidOfCookie(cookie), current: false },
  ])
  expect(answer.text).not.toMatch(/eyJ/)
  const own = (await call(SESSIONS, { headers: { cookie } })).body as Listed[]
  expect(own[0]).toMatchObject({ id: sidOfCookie(cookie), current: true })
  expect((await call(SESSIONS)).status).toBe(401)
})

test('RT-9: a session’s id opens nothing', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const sid = sidOf(access)
  expect((await openProtected(call, sid)).status).toBe(401)
  expect((await refreshWith(call, sid)).status).toBe(401)
  expect((await me(call, `latchkey=${sid}`)).status).toBe(401)
})

test('RT-9: an ended session is over with its next request: access token, refresh token and cookie', async ({ call, server }) => {
  const { account, cookie } = await twoClients(server)
  const mine = readLogin(await logIn(call, account))
  for (const path of [`${SESSIONS}${sidOf(account.access)}/`, `${SESSIONS}${sidOfCookie(cookie)}`]) {
    const answer = await call(path, { method: 'DELETE', headers: bearer(mine.access) })
    expect([answer.status, answer.text]).toEqual([204, ''])
  }
  expect(await answersTo(call, { account, cookie })).toEqual(ALL_OUT)
  expect(await list(call, mine.access)).toMatchObject([{ current: true }])
  expect((await end(call, mine.access, sidOf(mine.access))).status).toBe(204)
  expect((await openProtected(call, mine.access)).status).toBe(401)
})

test('RT-9: another’s, an unknown, an ended and an impossible id are one 404', async ({ call, newAccount }) => {
  const [ada, grace] = [await newAccount(), await newAccount()]
  const ended = readLogin(await logIn(call, ada))
  await end(call, ada.access, sidOf(ended.access))
  const ids = [
    sidOf(grace.access),
    sidOf(ended.access),
    '0'.repeat(32),
    'x',
    '%',
    '%zz',
    '%00',
    '%0a',
    '%ff',
    '%c3%28',
    'a%2fb',
    'x'.repeat(300),
    '%F0%9F%94%91',
  ]
  for (const id of ids) {
    const answer = await end(call, ada.access, id)
    expect.soft(answer.status, id).toBe(404)
    expect.soft(answer.body, id).toEqual(NOT_FOUND)
  }
  expect((await openProtected(call, grace.access)).status).toBe(200)
  expect((await call(`${SESSIONS}${sidOf(ada.access)}/`, { method: 'DELETE' })).status).toBe(401)
  for (const method of ['GET', 'POST', 'PUT', 'PATCH']) {
    const answer = await call(`${SESSIONS}${sidOf(ada.access)}/`, { method, headers: bearer(ada.access) })
    expect.soft([answer.status, answer.headers.allow], method).toEqual([405, 'DELETE, OPTIONS'])
  }
})

test('RT-7: logging out everywhere ends all others; with `current` this one, too', async ({ call, server }) => {
  const { account, cookie } = await twoClients(server)
  const legacy = mint(refreshClaims(account.id), server.secret)
  // The original’s own tokens have rows without a session.
  await call('/api/accounts/token/verify/', { json: { token: legacy } })
  const mine = readLogin(await logIn(call, account))
  const answer = await everywhere(call, mine.access)
  expect([answer.status, answer.body]).toEqual([200, { detail: 'All other sessions have been ended.', sessions_ended: 2 }])
  expect(answer.headers['clear-site-data']).toBeUndefined()
  expect(await answersTo(call, { account, cookie })).toEqual(ALL_OUT)
  expect((await openProtected(call, mine.access)).status).toBe(200)
  expect((await everywhere(call, mine.access)).body).toMatchObject({ sessions_ended: 0 })
  const all = await everywhere(call, mine.access, { current: true })
  expect([all.status, all.body]).toEqual([200, { detail: 'All sessions have been ended.', sessions_ended: 1 }])
  expect((await openProtected(call, mine.access)).status).toBe(401)
})

test('`current` is a boolean as Django REST framework takes one', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  for (const current of [false, 'false', 'off', 0]) expect.soft((await everywhere(call, access, { current })).status).toBe(200)
  for (const [current, error] of [
    ['maybe', 'Must be a valid boolean.'],
    [2, 'Must be a valid boolean.'],
    [null, 'This field may not be null.'],
    [[true], 'Not a valid string.'],
  ]) {
    const answer = await everywhere(call, access, { current })
    expect.soft([answer.status, answer.body], JSON.stringify(current)).toEqual([400, { current: [error] }])
  }
  for (const method of ['GET', 'HEAD', 'DELETE'])
    expect.soft((await call(ALL, { method, headers: bearer(access) })).status, method).toBe(405)
  expect((await openProtected(call, access)).status).toBe(200)
})

test('RT-8: a browser that logs out forgets what it kept, but not its theme and not that it is known', async ({ call, server }) => {
  const { account, cookie } = await twoClients(server)
  const answer = await logOutByForm(call, cookie)
  expect(answer.headers['clear-site-data']).toBe('"cache", "storage"')
  expect(answer.cookies.map(parseSetCookie).map(({ name }) => name)).toEqual(['latchkey', 'latchkey_draft', 'latchkey_flash'])
  const json = await call('/api/accounts/logout/', { json: { refresh: account.refresh } })
  expect(json.headers['clear-site-data']).toBeUndefined()
})

test('RT-8: by form, ending this session or all of them ends the cookie, too', async ({ call, server }) => {
  const { cookie } = await twoClients(server)
  const own = await call(`${SESSIONS}${sidOfCookie(cookie)}/?_method=DELETE`, { form: {}, headers: { ...formHeaders, cookie } })
  const second = await twoClients(server)
  const all = await postForm(call, ALL, { current: 'on' }, { cookie: second.cookie })
  for (const answer of [own, all]) {
    expect([answer.status, answer.headers.location]).toEqual([303, '/login'])
    expect(sessionCookieOf(answer)).toMatchObject({ value: '', attributes: { 'max-age': '0' } })
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"')
  }
  expect(await answersTo(call, second)).toEqual(ALL_OUT)
})

test('by form, a session that was over already is said to be, and another’s stays', async ({ call, newAccount, server }) => {
  const { account, cookie } = await twoClients(server)
  const stranger = await newAccount()
  const post = (id: string) => call(`${SESSIONS}${id}/?_method=DELETE`, { form: {}, headers: { ...formHeaders, cookie } })
  for (const id of [sidOf(account.access), sidOf(account.access), sidOf(stranger.access)]) {
    const answer = await post(id)
    expect([answer.status, answer.headers.location]).toEqual([303, '/settings/sessions'])
  }
  expect((await openProtected(call, account.access)).status).toBe(401)
  expect((await openProtected(call, stranger.access)).status).toBe(200)
  const foreign = await call(`${SESSIONS}${sidOfCookie(cookie)}/?_method=DELETE`, {
    form: {},
    headers: { ...formHeaders, cookie, 'sec-fetch-site': 'cross-site' },
  })
  expect(foreign.status, 'from another site').toBe(403)
  expect((await me(call, cookie)).status).toBe(200)
})

test('a browser stays signed in as long as its cookie says: until it is closed, or for 30 days', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  const plain = sessionCookieOf(await postForm(call, LOGIN, { email, password: PASSWORD }))
  const remembered = sessionCookieOf(await postForm(call, LOGIN, { email, password: PASSWORD, remember: 'on' }))
  expect(plain?.attributes).toEqual({ path: '/', httponly: true, samesite: 'Lax' })
  expect(remembered?.attributes).toEqual({ path: '/', httponly: true, samesite: 'Lax', 'max-age': expect.stringMatching(/^\d+$/) })
  const age = Number(remembered?.attributes['max-age'])
  expect([age > 30 * DAY - 60, age <= 30 * DAY]).toEqual([true, true])
  const lifetime = (token = '') => Number(claimsOf(token).refresh_exp) - Number(claimsOf(token).iat)
  expect([lifetime(plain?.value), lifetime(remembered?.value)]).toEqual([DAY, 30 * DAY])
})

test('what an API client calls `remember` is ignored, whatever it is', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  for (const remember of ['on', true, null, [], { a: 1 }, 'x'.repeat(5000)]) {
    const answer = await call(LOGIN, { json: { email, password: PASSWORD, remember } })
    expect.soft([answer.status, answer.cookies], JSON.stringify(remember).slice(0, 20)).toEqual([200, []])
    const { exp, iat } = claimsOf(readLogin(answer).refresh)
    expect.soft(Number(exp) - Number(iat)).toBe(DAY)
  }
})

test('RT-5: 30 days after the login every client is out, however often it was used', async ({ call, server }) => {
  const clients = await twoClients(server)
  await ageSessions(server, clients.account.id, { created_at: 30 * DAY - 60 })
  expect((await me(call, clients.cookie)).status).toBe(200)
  const { refresh } = (await refreshWith(call, clients.account.refresh)).body as { refresh: string }
  expect(Number(claimsOf(refresh).exp) - Math.floor(Date.now() / 1000)).toBeLessThanOrEqual(61)
  await ageSessions(server, clients.account.id, { created_at: 30 * DAY })
  expect(await answersTo(call, clients)).toEqual(ALL_OUT)
  expect((await refreshWith(call, refresh)).status).toBe(401)
})

test('RT-5: a session unused for SESSION_IDLE_TIMEOUT is over', async ({ serverWith }) => {
  const server = await serverWith({ SESSION_IDLE_TIMEOUT: '1h' })
  const { call } = server
  const clients = await twoClients(server)
  await ageSessions(server, clients.account.id, { last_used_at: HOUR })
  expect(await answersTo(call, clients)).toEqual(ALL_OUT)
})

test('RT-11: with SESSION_LIMIT the session unused longest ends with the login, also when ten log in at once', async ({ serverWith }) => {
  const server = await serverWith({ SESSION_LIMIT: '2' })
  const { call, newAccount } = server
  const account = await newAccount()
  const second = readLogin(await logIn(call, account))
  await ageSessions(server, account.id, { last_used_at: HOUR, created_at: HOUR }, `id = '${sidOf(second.access)}'`)
  const third = readLogin(await logIn(call, account))
  const statuses = async (tokens: string[]) => Promise.all(tokens.map(async (token) => (await openProtected(call, token)).status))
  expect(await statuses([account.access, second.access, third.access])).toEqual([200, 401, 200])
  const answers = await Promise.all(Array.from({ length: 10 }, () => logIn(call, account)))
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  const after = await statuses(answers.map((answer) => readLogin(answer).access))
  expect(after.filter((status) => status === 200)).toHaveLength(2)
  expect(await statuses([account.access, third.access])).toEqual([401, 401])
})

test('LG-1: a login takes over nothing that the browser brought: no session, no id, no lifetime', async ({ call, newAccount }) => {
  const account = await newAccount()
  const first = await logInByForm(call, account)
  const again = await postForm(call, LOGIN, { email: account.email, password: PASSWORD }, { cookie: first })
  expect(sidOfCookie(cookieOf(again))).not.toBe(sidOfCookie(first))
  expect((await me(call, first)).status, 'the former session of the same person').toBe(401)
  for (const planted of ['latchkey=chosen', `latchkey=${'0'.repeat(32)}`, `latchkey=${account.access}`]) {
    const form = { email: account.email, password: PASSWORD, sid: 'chosen', jti: 'chosen', session: 'chosen' }
    const answer = await postForm(call, LOGIN, form, { cookie: planted })
    const claims = claimsOf(cookieOf(answer).slice('latchkey='.length))
    expect(JSON.stringify(claims)).not.toContain('chosen')
    expect([claims.sid, claims.jti].every((id) => /^[0-9a-f]{32}$/.test(String(id)))).toBe(true)
    expect((await me(call, planted)).status).toBe(401)
  }
})

test('LG-1: a sign-up ends the session that was there, and a failed login does not', async ({ call, newAccount }) => {
  const attacker = await newAccount()
  const planted = await logInByForm(call, attacker)
  await postForm(call, LOGIN, { email: attacker.email, password: 'wrong-Passw0rd' }, { cookie: planted })
  expect((await me(call, planted)).status).toBe(200)
  const answer = await postForm(call, '/api/accounts/signup/', signupFields(newPerson()), { cookie: planted })
  expect((await me(call, cookieOf(answer))).status).toBe(200)
  expect((await me(call, planted)).status).toBe(401)
})

test('RT-10: deactivating an account ends all its sessions at once', async ({ call, server }) => {
  const clients = await twoClients(server)
  await server.sql('UPDATE accounts_user SET is_active = ? WHERE id = ?', [
    server.database.kind === 'sqlite' ? 0 : false,
    clients.account.id,
  ])
  expect(await answersTo(call, clients)).toEqual(ALL_OUT)
})

test('RT-10: undoing a change of address ends all sessions at once', async ({ call, mailbox, server }) => {
  const clients = await twoClients(server)
  const { account } = clients
  const email = newPerson().email
  await askForChange(call, account.access, email, PASSWORD)
  const confirm = await mailedToken(mailbox, email, '/email-change/confirm')
  expect((await confirmChange(call, confirm)).status).toBe(200)
  expect((await openProtected(call, account.access)).status).toBe(200)
  const undo = await mailedToken(mailbox, account.email, '/email-change/undo')
  expect((await undoChange(call, undo)).status).toBe(200)
  expect(await answersTo(call, clients)).toEqual(ALL_OUT)
})

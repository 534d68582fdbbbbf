/** Rotation, logout and what ends a session at once (the security requirements). */
import { connect } from 'node:net'
import { bearer, logIn, openProtected, readPair, refreshWith, signUp } from '../../http/testing/accounts.ts'
import { logInByForm, logOutByForm, me } from '../../http/testing/cookies.ts'
import { expectNoSession } from '../../http/testing/expect-tokens.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import { otherSpellings } from '../../http/testing/forgeries.ts'
import { claimsOf, mint, refreshClaims } from '../../http/testing/jwt.ts'

const BLACKLISTED = { detail: 'Token is blacklisted', code: 'token_not_valid' }
const verify = (call: Call, token: string) => call('/api/accounts/token/verify/', { json: { token } })
const logOut = (call: Call, refresh: string) => call('/api/accounts/logout/', { json: { refresh } })

test('RT-1: a refresh gives a new pair; only a digest of a refresh token is kept', async ({ call, server, newAccount }) => {
  const { refresh, id } = await newAccount()
  const pair = readPair(await refreshWith(call, refresh))
  expect(Object.keys(pair)).toEqual(['refresh', 'access'])
  expect(pair.refresh).not.toBe(refresh)
  expect((await openProtected(call, pair.access)).status).toBe(200)
  const rows = await server.sql('SELECT token FROM token_blacklist_outstandingtoken WHERE user_id = ?', [id])
  expect(rows).toHaveLength(2)
  const kept = JSON.stringify(rows)
  for (const token of [refresh, pair.refresh]) expect(kept).not.toContain(token.split('.')[2])
})

test('RT-3: the parent presented again within the grace gets the same successor', async ({ call, newAccount }) => {
  const { refresh } = await newAccount()
  const first = readPair(await refreshWith(call, refresh))
  const again = readPair(await refreshWith(call, refresh))
  expect(again.refresh).toBe(first.refresh)
  expect((await openProtected(call, again.access)).status).toBe(200)
  expect((await refreshWith(call, first.refresh)).status).toBe(200)
})

test('RT-2: a grandparent ends the session, the live child and every access token included', async ({ call, newAccount }) => {
  const { refresh, access } = await newAccount()
  const child = readPair(await refreshWith(call, refresh))
  const grandchild = readPair(await refreshWith(call, child.refresh))
  const replay = await refreshWith(call, refresh)
  expect(replay.status).toBe(401)
  expect(replay.headers['www-authenticate']).toBe('Bearer realm="api"')
  expect(replay.body).toEqual(BLACKLISTED)
  expect((await refreshWith(call, grandchild.refresh)).status).toBe(401)
  for (const token of [access, child.access, grandchild.access]) expect.soft((await openProtected(call, token)).status).toBe(401)
})

test('RT-2: other sessions of the account go on', async ({ call, newAccount }) => {
  const account = await newAccount()
  const other = await logIn(call, account)
  const child = readPair(await refreshWith(call, account.refresh))
  await refreshWith(call, child.refresh)
  await refreshWith(call, account.refresh)
  expect((await refreshWith(call, child.refresh)).status).toBe(401)
  const { tokens } = other.body as { tokens: { refresh: string; access: string } }
  expect((await openProtected(call, tokens.access)).status).toBe(200)
  expect((await refreshWith(call, tokens.refresh)).status).toBe(200)
})

/** Sends a refresh and never looks at the answer. @param until what is waited for before the connection is cut */
async function refreshAndLoseAnswer(port: number, refresh: string, until?: () => Promise<unknown>): Promise<void> {
  const body = JSON.stringify({ refresh })
  const head = 'POST /api/accounts/token/refresh/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, () => resolve()))
  await until?.()
  socket.destroy()
}

test('REL-10: a refresh whose answer was lost is sent again, and gets the successor that was made for it', async ({
  call,
  server,
  newAccount,
}) => {
  const { refresh, id } = await newAccount()
  const { jti } = claimsOf(refresh)
  const successor = async () =>
    (await server.sql('SELECT successor_jti FROM token_blacklist_outstandingtoken WHERE jti = ?', [String(jti)]))[0]?.successor_jti
  await refreshAndLoseAnswer(server.port, refresh, () => expect.poll(successor).not.toBeNull())
  const made = await successor()
  const pair = readPair(await refreshWith(call, refresh))
  expect(claimsOf(pair.refresh).jti).toBe(made)
  // Cut off before there was an answer to lose: whether it was done or not, the client goes on.
  await refreshAndLoseAnswer(server.port, pair.refresh)
  const next = readPair(await refreshWith(call, pair.refresh))
  expect((await openProtected(call, next.access)).status).toBe(200)
  expect((await refreshWith(call, next.refresh)).status).toBe(200)
  const leaves = await server.sql('SELECT jti FROM token_blacklist_outstandingtoken WHERE user_id = ? AND rotated_at IS NULL', [id])
  expect(leaves).toHaveLength(1)
})

test('RT-7, JW-6: after a logout in one browser its cookie opens nothing anywhere, in whatever spelling', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const [other, elsewhere] = [await logInByForm(call, account), { 'user-agent': 'curl/8.5', 'accept-language': 'xx' }]
  expect((await call('/api/accounts/me/', { headers: { cookie, ...elsewhere } })).status, 'before').toBe(200)
  await logOutByForm(call, cookie)
  const token = cookie.slice('latchkey='.length)
  for (const spelling of [token, ...otherSpellings(token), `${token}; path=/`, `${token},`]) {
    await expectNoSession(call, `latchkey=${spelling}`)
    const headers = { cookie: `latchkey=${spelling}`, ...elsewhere }
    expect.soft((await call('/api/accounts/me/', { headers })).status, spelling.slice(-6)).toBe(401)
    expect.soft((await call('/api/protected-endpoint/', { headers: bearer(spelling) })).status, spelling.slice(-6)).toBe(401)
  }
  expect((await me(call, other)).status, 'the other browser').toBe(200)
  expect((await openProtected(call, account.access)).status, 'the API client').toBe(200)
})

/** What 20 refreshes at once answer, each with a pair. */
async function refreshAtOnce(call: Call, refresh: string) {
  const answers = await Promise.all(Array.from({ length: 20 }, () => refreshWith(call, refresh)))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  return answers.map((answer) => readPair(answer))
}

test('RT-3: 20 parallel refreshes of one token make one successor, which works', async ({ call, newAccount }) => {
  const { refresh } = await newAccount()
  const successors = new Set((await refreshAtOnce(call, refresh)).map((pair) => pair.refresh))
  expect(successors.size).toBe(1)
  const [successor = ''] = successors
  expect((await refreshWith(call, successor)).status).toBe(200)
})

test('20 parallel refreshes of one of the original’s tokens, without a row, begin one session, and every pair works', async ({
  call,
  server,
  newAccount,
}) => {
  const { id } = await newAccount()
  const pairs = await refreshAtOnce(call, mint(refreshClaims(id), server.secret))
  expect(new Set(pairs.map(({ access }) => claimsOf(access).sid)).size).toBe(1)
  for (const { refresh } of pairs) expect.soft((await refreshWith(call, refresh)).status).toBe(200)
})

for (const path of ['/api/accounts/logout/', '/api/accounts/token/blacklist/']) {
  test(`RT-7: ${path} ends refresh and access tokens at once`, async ({ call, newAccount }) => {
    const { refresh, access } = await newAccount()
    const answer = await call(path, { json: { refresh } })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({})
    expect((await refreshWith(call, refresh)).body).toEqual(BLACKLISTED)
    const opened = await openProtected(call, access)
    expect(opened.status).toBe(401)
    expect(opened.body).toMatchObject({ code: 'token_not_valid' })
    const again = await call(path, { json: { refresh } })
    expect(again.status).toBe(401)
    expect(again.body).toEqual(BLACKLISTED)
  })
}

test('RT-7: a form may log out too', async ({ call, newAccount }) => {
  const { refresh, access } = await newAccount()
  expect((await call('/api/accounts/logout/', { form: { refresh } })).status).toBe(200)
  expect((await openProtected(call, access)).status).toBe(401)
})

test('JW-6: no other spelling of a logged-out token opens', async ({ call, newAccount }) => {
  const { refresh, access } = await newAccount()
  await logOut(call, refresh)
  for (const spelling of [access, `${access}=`, `${access}\t`, ` ${access}`]) {
    expect.soft((await call('/api/protected-endpoint/', { headers: { authorization: `Bearer ${spelling}` } })).status).toBe(401)
  }
  for (const spelling of [refresh, `${refresh}=`, `${refresh}\n`, ` ${refresh}`]) {
    expect.soft((await refreshWith(call, spelling)).status, JSON.stringify(spelling.slice(-3))).toBe(401)
  }
})

test('LG-2: verify says of a logged-out session’s tokens that they are blacklisted', async ({ call, newAccount }) => {
  const { refresh, access } = await newAccount()
  expect((await verify(call, refresh)).status).toBe(200)
  await logOut(call, refresh)
  const refused = await verify(call, refresh)
  expect(refused.status).toBe(400)
  expect(refused.body).toEqual({ non_field_errors: ['Token is blacklisted'] })
  const ended = await verify(call, access)
  expect(ended.status).toBe(401)
  expect(ended.body).toEqual(BLACKLISTED)
})

test('a rotated parent is blacklisted for verify', async ({ call, newAccount }) => {
  const { refresh } = await newAccount()
  await refreshWith(call, refresh)
  expect((await verify(call, refresh)).body).toEqual({ non_field_errors: ['Token is blacklisted'] })
})

const NO_ACCOUNT = { detail: 'No active account found for the given token.' }

test('LG-2: a deactivated account’s tokens end at once, and it cannot log in', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await server.sql('UPDATE accounts_user SET is_active = ? WHERE id = ?', [server.database.kind === 'sqlite' ? 0 : false, account.id])
  expect(await refreshWith(call, account.refresh)).toMatchObject({ status: 401, body: NO_ACCOUNT })
  const opened = await openProtected(call, account.access)
  expect(opened.status).toBe(401)
  expect(opened.body).toEqual({ detail: 'User is inactive', code: 'user_inactive' })
  expect(await verify(call, account.access)).toMatchObject({ status: 401, body: NO_ACCOUNT })
  // The first use found the account inactive and ended its sessions for good.
  expect(await refreshWith(call, account.refresh)).toMatchObject({ status: 401, body: BLACKLISTED })
  expect((await logIn(call, account)).body).toEqual({ non_field_errors: ['Invalid email or password.'] })
})

test('LG-2: a deleted account’s tokens end at once', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await server.sql('DELETE FROM accounts_user WHERE id = ?', [account.id])
  const opened = await openProtected(call, account.access)
  expect(opened.status).toBe(401)
  expect(opened.body).toEqual({ detail: 'User not found', code: 'user_not_found' })
  expect(await refreshWith(call, account.refresh)).toMatchObject({ status: 401, body: NO_ACCOUNT })
  expect(await verify(call, account.access)).toMatchObject({ status: 401, body: NO_ACCOUNT })
  expect((await logIn(call, account)).status).toBe(400)
})

test('JW-7: what a person may is read from the account on every request', async ({ call, server, newAccount }) => {
  const { id, access } = await newAccount()
  const me = async () => (await call('/api/accounts/me/', { headers: bearer(access) })).body
  expect(await me()).toMatchObject({ is_staff: false })
  const [yes, no] = server.database.kind === 'sqlite' ? [1, 0] : [true, false]
  await server.sql('UPDATE accounts_user SET is_staff = ? WHERE id = ?', [yes, id])
  expect(await me()).toMatchObject({ is_staff: true })
  await server.sql('UPDATE accounts_user SET is_staff = ? WHERE id = ?', [no, id])
  expect(await me()).toMatchObject({ is_staff: false })
})

test('PW-7: the account’s own data holds no hash and no other secret', async ({ call }) => {
  const { access, email, name, phone, id } = await signUp(call)
  const me = await call('/api/accounts/me/', { headers: bearer(access) })
  expect(me.body).toMatchObject({ id, email, name, phone, is_superuser: false })
  expect(me.text).not.toMatch(/password|\$2b|bcrypt|pbkdf2|argon2/)
})

test('last_login is written at login, not at sign-up', async ({ call, server }) => {
  const account = await signUp(call)
  const read = async () => (await server.sql('SELECT last_login FROM accounts_user WHERE id = ?', [account.id]))[0]?.last_login
  expect(await read()).toBeNull()
  await logIn(call, account)
  expect(await read()).not.toBeNull()
})

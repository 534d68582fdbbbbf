/**
 * Forged, broken and misused tokens (the security requirements, J1 to J25), as Bearer, in the browser's cookie, and at the
 * endpoints that take a token: 401 everywhere, never 500, never a session. J2, J5 and J13 with other keys and settings are in
 * signing-keys.http.test.ts, pages in e2e/api/tokens-pages.spec.ts.
 */
import { createServer } from 'node:http'
import { type Account, bearer, logIn, openProtected, PASSWORD, readLogin, readPair, refreshWith } from '../http/testing/accounts.ts'
import { logInByForm, me } from '../http/testing/cookies.ts'
import { expectGenuineToWork, expectNoSession, expectRefused } from '../http/testing/expect-tokens.ts'
import { type Call, expect, test } from '../http/testing/fixtures.ts'
import {
  claimsThatDoNotHold,
  cookieWith,
  forgeAll,
  forgeries,
  genuine,
  notValid,
  otherSpellings,
  slidingClaims,
  spacedSpellings,
  TOKEN_ENDPOINTS,
} from '../http/testing/forgeries.ts'
import { accessClaims, base64url, type Claims, claimsOf, mint, refreshClaims } from '../http/testing/jwt.ts'
import { newSecret, type TestServer } from '../http/testing/test-server.ts'

test('J0: the claims that the forgeries are made from are good: signed right, they open everything', async ({
  call,
  server,
  newAccount,
}) => {
  const account = await newAccount()
  await expectGenuineToWork(
    call,
    account,
    forgeAll(account, (claims) => genuine(claims, server.secret)),
  )
})

for (const [id, what, forge] of forgeries) {
  test(`${id}: ${what} opens nothing`, async ({ call, server, newAccount }) => {
    const account = await newAccount()
    await expectRefused(
      call,
      forgeAll(account, (claims) => forge(claims, server.secret)),
    )
    expect((await openProtected(call, account.access)).status, 'the account’s own token').toBe(200)
  })
}

for (const [id, what, change, message] of claimsThatDoNotHold) {
  test(`${id}: ${what} in a token that is signed right opens nothing`, async ({ call, server, newAccount }) => {
    const account = await newAccount()
    const signed = (claims: Claims) => mint(change(claims), server.secret)
    // As a refresh token it has the type that it claims to have, where the type is not what is wrong with it.
    const { access, sliding, refresh } = forgeAll(account, signed)
    // A cookie has the type sliding, and past exp counts until refresh_exp, which ends with it here.
    const cookie = id === 'J11' ? signed({ ...claimsOf(sliding), refresh_exp: claimsOf(access).exp }) : sliding
    if (what !== 'type sliding') await expectNoSession(call, cookieWith(cookie))
    const opened = await openProtected(call, access)
    expect.soft(opened.status).toBe(401)
    expect.soft(opened.body).toEqual(notValid(message))
    for (const [path, field] of TOKEN_ENDPOINTS) {
      // Verify takes any type, as Simple JWT's does.
      if (id === 'J18' && field === 'token') continue
      const token = id === 'J18' ? access : refresh
      const wrongForAccess = id === 'J18' && what === 'type refresh'
      if (wrongForAccess) continue
      expect.soft(await call(path, { json: { [field]: token } }), path).toMatchObject({ status: 401, body: { code: 'token_not_valid' } })
    }
  })
}

test('J15: a user_id that is no number, or no account’s, is 401 whatever it is', async ({ call, server }) => {
  const odd = ['', '0', 0, -1, 1.5, 1e30, null, true, [1], { $ne: 1 }, { not: 0 }, "1' OR '1'='1", '1 ', '٣', '9'.repeat(30)]
  for (const userId of [...odd, 2_000_000_000, '2000000000', 9_007_199_254_740_991]) {
    const answer = await openProtected(call, mint(accessClaims(userId), server.secret))
    expect.soft(answer.status, JSON.stringify(userId)).toBe(401)
    expect.soft(answer.body, JSON.stringify(userId)).toEqual({ detail: 'User not found', code: 'user_not_found' })
    await expectNoSession(call, cookieWith(mint(slidingClaims(userId), server.secret)))
    for (const [path, field] of TOKEN_ENDPOINTS) {
      const { status, body } = await call(path, { json: { [field]: mint(refreshClaims(userId), server.secret) } })
      // A token of no account is logged out like any other, as in Simple JWT.
      const ends = path.endsWith('/blacklist/') || path.endsWith('/logout/')
      expect
        .soft({ status, body }, `${path} ${JSON.stringify(userId)}`)
        .toEqual(ends ? { status: 200, body: {} } : { status: 401, body: { detail: 'No active account found for the given token.' } })
    }
  }
})

/** A server that counts who asks it for keys. */
async function startSink(): Promise<{ url: string; requests: () => number; stop: () => Promise<void> }> {
  let requests = 0
  const sink = createServer((_request, response) => {
    requests++
    response.end('{"keys":[]}')
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const address = sink.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/keys`,
    requests: () => requests,
    stop: () => new Promise((resolve) => sink.close(() => resolve())),
  }
}

test('J6, J23: a kid that is not ours opens nothing, whatever it names', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  for (const kid of ['../../dev/null', "' OR 1--", '__proto__', 'constructor', '', 7, [], {}, null, 'k'.repeat(3000), 'k'.repeat(8000)]) {
    const header = { alg: 'HS256', typ: 'JWT', kid }
    await expectRefused(
      call,
      forgeAll(account, (claims) => mint(claims, '', header)),
    )
    await expectRefused(
      call,
      forgeAll(account, (claims) => mint(claims, newSecret(), header)),
    )
    const rightSecret = mint(accessClaims(account.id), server.secret, header)
    expect.soft((await openProtected(call, rightSecret)).status, JSON.stringify(kid).slice(0, 80)).toBe(401)
  }
})

test('J8: no URL of a header is fetched, whether the signature is right or not', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const sink = await startSink()
  for (const more of [
    { jku: sink.url },
    { x5u: sink.url },
    { x5c: ['AA'] },
    { jku: sink.url, kid: '1' },
    { jwk: { kty: 'oct' }, jku: sink.url },
    { iss: sink.url },
  ]) {
    const header = { alg: 'HS256', typ: 'JWT', ...more }
    await expectRefused(
      call,
      forgeAll(account, (claims) => mint({ ...claims, iss: sink.url }, newSecret(), header)),
    )
    const right = forgeAll(account, (claims) => mint({ ...claims, iss: sink.url }, server.secret, header))
    expect.soft((await openProtected(call, right.access)).status).toBeLessThan(500)
    expect.soft((await me(call, cookieWith(right.sliding))).status).toBeLessThan(500)
    for (const [path, field] of TOKEN_ENDPOINTS)
      expect.soft((await call(path, { json: { [field]: right.refresh } })).status).toBeLessThan(500)
  }
  expect(sink.requests()).toBe(0)
  await sink.stop()
})

test('J16: of a claim given twice the last counts, and nothing breaks', async ({ call, server, newAccount }) => {
  const [mine, theirs] = [await newAccount(), await newAccount()]
  const twice = JSON.stringify(accessClaims(theirs.id)).replace('{', `{"user_id":${mine.id},`)
  expect((await openProtected(call, mint(twice, server.secret))).body).toMatchObject({ id: theirs.id })
})

test('J17: an id of a shape that no database takes is never 500', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  for (const odd of ['jti', 'sid'] as const) {
    for (const value of ['a\0b', '\ud800', 'x'.repeat(256), 7, true, null, []]) {
      const claims = accessClaims(account.id, { [odd]: value })
      expect.soft((await openProtected(call, mint(claims, server.secret))).status, `${odd} ${JSON.stringify(value)}`).toBeLessThan(500)
      const refresh = mint(refreshClaims(account.id, { [odd]: value }), server.secret)
      for (const [path, field] of TOKEN_ENDPOINTS) {
        expect.soft((await call(path, { json: { [field]: refresh } })).status, `${path} ${odd} ${JSON.stringify(value)}`).toBeLessThan(500)
      }
    }
  }
})

test('J18: an access token refreshes and ends nothing', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  for (const path of ['/api/accounts/token/refresh/', '/api/accounts/token/blacklist/', '/api/accounts/logout/']) {
    const answer = await call(path, { json: { refresh: access } })
    expect.soft(answer.status, path).toBe(401)
    expect.soft(answer.body, path).toEqual({ detail: 'Token has wrong type', code: 'token_not_valid' })
  }
  expect((await openProtected(call, access)).status).toBe(200)
})

test('J17: a claim named __proto__ changes nothing', async ({ call, server, newAccount }) => {
  const { id } = await newAccount()
  const payload = JSON.stringify(accessClaims(id)).replace('{', '{"__proto__":{"is_staff":true,"isActive":true},')
  expect((await openProtected(call, mint(payload, server.secret))).status).toBeLessThan(500)
  const me = await call('/api/accounts/me/', { headers: bearer((await newAccount()).access) })
  expect(me.body).toMatchObject({ is_staff: false })
})

test('J19: a genuine token opens in its own spelling alone', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  for (const spelling of otherSpellings(account.access)) {
    expect.soft((await openProtected(call, spelling)).status, spelling.slice(-4)).toBe(401)
  }
  for (const spelling of otherSpellings(cookie.slice('latchkey='.length))) await expectNoSession(call, `latchkey=${spelling}`)
  // Blanks around a field are no part of it, as in Django REST framework.
  const inside = spacedSpellings(account.refresh).filter((spelling) => spelling.trim() !== account.refresh)
  for (const spelling of [...otherSpellings(account.refresh), ...inside]) {
    for (const [path, field] of TOKEN_ENDPOINTS) {
      expect.soft((await call(path, { json: { [field]: spelling } })).status, `${path} ${JSON.stringify(spelling.slice(-4))}`).toBe(401)
    }
  }
  expect((await openProtected(call, account.access)).status).toBe(200)
  expect((await me(call, cookie)).status).toBe(200)
  expect((await refreshWith(call, account.refresh)).status).toBe(200)
})

test('J21: long tokens are refused before they cost anything', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const { refresh } = forgeAll(account, (claims) => mint({ ...claims, filling: 'x'.repeat(20_000) }, server.secret))
  const shorter = forgeAll(account, (claims) => mint({ ...claims, filling: 'x'.repeat(4096) }, server.secret))
  await expectRefused(call, { ...shorter, refresh })
  for (const [path, field] of TOKEN_ENDPOINTS) {
    const megabyte = 'x'.repeat(1_000_000)
    for (const token of [megabyte, `${megabyte}.${megabyte}.x`, mint({ ...refreshClaims(1), filling: megabyte }, server.secret)]) {
      expect.soft((await call(path, { json: { [field]: token } })).status, path).toBe(413)
      expect.soft((await call(path, { form: { [field]: token } })).status, path).toBe(413)
    }
  }
  expect((await openProtected(call, 'x'.repeat(12_000))).status).toBe(401)
  expect([401, 431]).toContain((await openProtected(call, 'x'.repeat(20_000))).status)
  expect((await openProtected(call, account.access)).status).toBe(200)
})

/** What makes an account's tokens worthless though each is genuine and in time. */
const deaths: [what: string, kill: (account: Account, call: Call, server: TestServer) => Promise<unknown>][] = [
  [
    'a deactivated account',
    ({ id }, _call, { sql, database }) =>
      sql('UPDATE accounts_user SET is_active = ? WHERE id = ?', [database.kind === 'sqlite' ? 0 : false, id]),
  ],
  ['a deleted account', ({ id }, _call, { sql }) => sql('DELETE FROM accounts_user WHERE id = ?', [id])],
  [
    'an account that its owner closed',
    ({ access, password }, call) =>
      call('/api/accounts/me/', { method: 'DELETE', json: { password, confirmation: 'DELETE' }, headers: bearer(access) }),
  ],
  [
    'a session that its owner ended by a new password elsewhere',
    async (account, call) => {
      const { access } = readLogin(await logIn(call, account))
      const fields = { current_password: PASSWORD, password: 'another-Corr3ct-battery', confirm_password: 'another-Corr3ct-battery' }
      expect((await call('/api/accounts/password/change/', { json: fields, headers: bearer(access) })).status).toBe(200)
    },
  ],
  ['a session row that is gone', ({ id }, _call, { sql }) => sql('DELETE FROM accounts_session WHERE user_id = ?', [id])],
]

for (const [what, kill] of deaths) {
  test(`J24: the genuine tokens of ${what} open nothing, from the next request on`, async ({ call, server, newAccount }) => {
    const account = await newAccount()
    const cookie = await logInByForm(call, account)
    expect((await me(call, cookie)).status).toBe(200)
    await kill(account, call, server)
    const opened = await openProtected(call, account.access)
    expect.soft(opened.status, 'as Bearer').toBe(401)
    expect.soft(opened.headers['www-authenticate']).toBe('Bearer realm="api"')
    await expectNoSession(call, cookie)
    expect.soft((await refreshWith(call, account.refresh)).status, 'refresh').toBe(401)
    for (const token of [account.access, account.refresh, cookie.slice('latchkey='.length)]) {
      // What was blacklisted is 400, as in Simple JWT.
      expect.soft([400, 401], 'verify').toContain((await call('/api/accounts/token/verify/', { json: { token } })).status)
    }
    for (const path of ['/api/accounts/token/blacklist/', '/api/accounts/logout/']) {
      expect.soft([200, 401], path).toContain((await call(path, { json: { refresh: account.refresh } })).status)
    }
    expect.soft((await refreshWith(call, account.refresh)).status, 'refresh once more').toBe(401)
  })
}

test('J24: the genuine tokens of a logged-out session open nothing, from the next request on, in any spelling', async ({
  call,
  newAccount,
}) => {
  const account = await newAccount()
  const child = readPair(await refreshWith(call, account.refresh))
  await call('/api/accounts/logout/', { json: { refresh: child.refresh } })
  for (const access of [account.access, child.access]) {
    for (const spelling of [access, ...otherSpellings(access)]) expect.soft((await openProtected(call, spelling)).status).toBe(401)
    expect.soft((await call('/api/accounts/token/verify/', { json: { token: access } })).status).toBe(401)
  }
  for (const refresh of [child.refresh, account.refresh]) {
    for (const spelling of [refresh, ...otherSpellings(refresh), ...spacedSpellings(refresh)]) {
      for (const path of ['/api/accounts/token/refresh/', '/api/accounts/token/blacklist/', '/api/accounts/logout/']) {
        expect.soft((await call(path, { json: { refresh: spelling } })).status, JSON.stringify(spelling.slice(-4))).toBe(401)
      }
      expect.soft([400, 401]).toContain((await call('/api/accounts/token/verify/', { json: { token: spelling } })).status)
    }
  }
})

test('J25: unsigned claims are not believed', async ({ call, newAccount }) => {
  const account = await newAccount()
  const claims = slidingClaims(account.id, { sid: claimsOf(account.access).sid, is_staff: true, is_superuser: true })
  for (const signature of ['', 'e30', base64url('x'.repeat(32))]) {
    for (const alg of ['none', 'HS256']) {
      await expectNoSession(call, `latchkey=${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}.${signature}`)
    }
  }
})

/** Forged, broken and misused tokens (the security requirements): 401 everywhere, never 500, never a session. */
import { createServer } from 'node:http'
import { bearer, openProtected, refreshWith, signUp } from '../accounts.ts'
import { type Call, expect, test } from '../fixtures.ts'
import { accessClaims, base64url, type Claims, mint, without, withPart } from '../jwt.ts'
import { newSecret } from '../server.ts'

const INVALID = 'Token is invalid or expired'
const seconds = () => Math.floor(Date.now() / 1000)

/** Simple JWT's body where the Authorization header carries the token. */
const notValid = (message: string) => ({
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
})

/** The token opens nothing: not as Bearer, not in the cookie, not at the token endpoints. */
async function expectRefused(call: Call, token: string, message = INVALID) {
  const opened = await openProtected(call, token)
  expect.soft(opened.status, 'as Bearer').toBe(401)
  expect.soft(opened.headers['www-authenticate']).toBe('Bearer realm="api"')
  expect.soft(opened.body, 'as Bearer').toEqual(notValid(message))
  const cookie = { cookie: `latchkey=${token.replace(/[\s;]/g, '')}` }
  expect.soft((await call('/api/accounts/me/', { headers: cookie })).status, 'in the cookie').toBe(401)
  expect.soft((await call('/dashboard', { headers: cookie })).status, 'at a page').not.toBe(200)
  const refreshed = await refreshWith(call, token)
  expect.soft(refreshed.status, 'as a refresh token').toBe(401)
  expect.soft(refreshed.body, 'as a refresh token').toMatchObject({ code: 'token_not_valid' })
}

type Forge = (claims: Claims, secret: string) => string

const genuine: Forge = (claims, secret) => mint(claims, secret)
const signedAs =
  (header: Claims | string): Forge =>
  (claims, secret) =>
    mint(claims, secret, header)

const forgeries: [id: string, what: string, forge: Forge][] = [
  ['J1', 'alg none with a signature', signedAs({ alg: 'none', typ: 'JWT' })],
  ['J1', 'alg nOnE without a signature', (claims) => `${base64url({ alg: 'nOnE' })}.${base64url(claims)}.`],
  ['J1', 'an empty signature', (claims, secret) => withPart(genuine(claims, secret), 2, '')],
  ['J1', 'two parts', (claims, secret) => genuine(claims, secret).split('.').slice(0, 2).join('.')],
  [
    'J3',
    'an HS512 label on an HS256 signature',
    (claims, secret) => withPart(genuine(claims, secret), 0, base64url({ alg: 'HS512', typ: 'JWT' })),
  ],
  ['J3', 'HS512 with the right key', signedAs({ alg: 'HS512', typ: 'JWT' })],
  ['J3', 'HS384 with the right key', signedAs({ alg: 'HS384', typ: 'JWT' })],
  ['J3', 'an RS256 label', signedAs({ alg: 'RS256', typ: 'JWT' })],
  ['J4', 'a second alg in the header', signedAs('{"alg":"HS256","alg":"none"}')],
  ['J5', 'a signature cut short', (claims, secret) => genuine(claims, secret).slice(0, -4)],
  [
    'J7',
    'the attacker’s key in the header',
    (claims) => mint(claims, 'k'.repeat(32), { alg: 'HS256', jwk: { kty: 'oct', k: base64url('k'.repeat(32)) } }),
  ],
  ['J9', 'crit with an unknown name', signedAs({ alg: 'HS256', crit: ['x'], x: true })],
  ['J9', 'b64 false', signedAs({ alg: 'HS256', crit: ['b64'], b64: false })],
  ['J17', 'a list for claims', (_claims, secret) => mint('[]', secret)],
  ['J17', 'null for claims', (_claims, secret) => mint('null', secret)],
  ['J17', 'a text for claims', (_claims, secret) => mint('"x"', secret)],
  ['J17', 'claims that are no JSON', (_claims, secret) => mint('{', secret)],
  ['J19', 'padding at the end', (claims, secret) => `${genuine(claims, secret)}=`],
  ['J19', 'an unused bit of the signature set', (claims, secret) => flipUnusedBit(genuine(claims, secret))],
  ['J20', 'a dot at the end', (claims, secret) => `${genuine(claims, secret)}.`],
  ['J20', 'five parts', (claims, secret) => `${genuine(claims, secret)}.e30.e30`],
  [
    'J20',
    'the other base64 alphabet',
    (claims, secret) =>
      genuine(claims, secret)
        .replace(/-/g, '+')
        .replace(/_/g, '/')
        .replace(/\.(?=[^.]*$)/, '.+'),
  ],
  [
    'J22',
    'an encrypted token with a huge iteration count',
    () => `${base64url({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'x' })}.e30.e30.e30.e30`,
  ],
  ['J23', 'another deployment’s key', (claims) => mint(claims, newSecret())],
  ['J23', 'the empty key', (claims) => mint(claims, '')],
  [
    'J25',
    'claims changed after signing',
    (claims, secret) => withPart(genuine(claims, secret), 1, base64url({ ...claims, is_staff: true })),
  ],
]

/** An HMAC of 32 bytes takes 43 characters, whose last two bits mean nothing. */
function flipUnusedBit(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.slice(-1))
  return token.slice(0, -1) + alphabet[last ^ 1]
}

for (const [id, what, forge] of forgeries) {
  test(`${id}: ${what} opens nothing`, async ({ call, server }) => {
    const account = await signUp(call)
    await expectRefused(call, forge(accessClaims(account.id), server.secret))
    expect((await openProtected(call, account.access)).status, 'the account’s own token').toBe(200)
  })
}

const claimsThatDoNotHold: [id: string, what: string, change: (claims: Claims) => Claims, message: string][] = [
  ['J10', 'no exp', (claims) => without(claims, 'exp'), "Token has no 'exp' claim"],
  ['J11', 'exp now', (claims) => ({ ...claims, exp: seconds() }), INVALID],
  ['J11', 'exp an hour ago', (claims) => ({ ...claims, exp: seconds() - 3600 }), INVALID],
  ['J11', 'exp as text', (claims) => ({ ...claims, exp: String(seconds() + 60) }), INVALID],
  ['J11', 'exp after all time', (claims) => ({ ...claims, exp: 1e308 }), INVALID],
  ['J11', 'exp null', (claims) => ({ ...claims, exp: null }), INVALID],
  ['J12', 'nbf in an hour', (claims) => ({ ...claims, nbf: seconds() + 3600 }), INVALID],
  ['J12', 'iat in an hour', (claims) => ({ ...claims, iat: seconds() + 3600 }), INVALID],
  ['J14', 'no jti', (claims) => without(claims, 'jti'), 'Token has no id'],
  ['J14', 'jti null', (claims) => ({ ...claims, jti: null }), INVALID],
  ['J14', 'jti an object', (claims) => ({ ...claims, jti: { not: '' } }), INVALID],
  ['J14', 'jti empty', (claims) => ({ ...claims, jti: '' }), INVALID],
  ['J18', 'type refresh', (claims) => ({ ...claims, token_type: 'refresh' }), 'Token has wrong type'],
  ['J18', 'type sliding', (claims) => ({ ...claims, token_type: 'sliding' }), 'Token has wrong type'],
  ['J18', 'type Access', (claims) => ({ ...claims, token_type: 'Access' }), 'Token has wrong type'],
  ['J18', 'type as a list', (claims) => ({ ...claims, token_type: ['access'] }), 'Token has wrong type'],
  ['J18', 'no type', (claims) => without(claims, 'token_type'), 'Token has no type'],
]

for (const [id, what, change, message] of claimsThatDoNotHold) {
  test(`${id}: ${what} in a token that is signed right opens nothing`, async ({ call, server }) => {
    const { id: userId } = await signUp(call)
    const answer = await openProtected(call, mint(change(accessClaims(userId)), server.secret))
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual(notValid(message))
  })
}

test('J15: a user_id that is none, or nobody’s, is 401 whatever it is', async ({ call, server }) => {
  const odd = ['', '0', 0, -1, 1.5, 1e30, null, true, [1], { $ne: 1 }, { not: 0 }, "1' OR '1'='1", '1 ', '٣', '9'.repeat(30)]
  for (const userId of [...odd, 2_000_000_000, '2000000000', 9_007_199_254_740_991]) {
    const answer = await openProtected(call, mint(accessClaims(userId), server.secret))
    expect.soft(answer.status, JSON.stringify(userId)).toBe(401)
    expect.soft(answer.body, JSON.stringify(userId)).toEqual({ detail: 'User not found', code: 'user_not_found' })
  }
})

test('J6, J8, J23: a kid that is not known opens nothing, and no URL or key of a header is looked at', async ({ call, server }) => {
  const { id } = await signUp(call)
  let fetched = 0
  const sink = createServer((_request, response) => {
    fetched++
    response.end('{"keys":[]}')
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const address = sink.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/keys`
  const strange = ['../../dev/null', "' OR 1--", '__proto__', 'x'.repeat(8192), 'staging', '', 7, [], null].map((kid) => ({ kid }))
  const ignored = [{ jku: url }, { x5u: url }, { x5c: ['AA'] }, { jwk: { kty: 'oct', k: 'AA' } }]
  for (const more of [...strange, ...ignored]) {
    const header = { alg: 'HS256', typ: 'JWT', ...more }
    const opened = (await openProtected(call, mint(accessClaims(id), server.secret, header))).status
    expect.soft(opened, JSON.stringify(more).slice(0, 80)).toBe('kid' in more ? 401 : 200)
    expect
      .soft((await openProtected(call, mint(accessClaims(id), newSecret(), header))).status, JSON.stringify(more).slice(0, 80))
      .toBe(401)
  }
  await new Promise((resolve) => sink.close(resolve))
  expect(fetched).toBe(0)
})

test('J18: an access token refreshes and ends nothing', async ({ call }) => {
  const { access } = await signUp(call)
  for (const path of ['/api/accounts/token/refresh/', '/api/accounts/token/blacklist/', '/api/accounts/logout/']) {
    const answer = await call(path, { json: { refresh: access } })
    expect.soft(answer.status, path).toBe(401)
    expect.soft(answer.body, path).toEqual({ detail: 'Token has wrong type', code: 'token_not_valid' })
  }
  expect((await openProtected(call, access)).status).toBe(200)
})

test('J17: a claim named __proto__ changes nothing', async ({ call, server }) => {
  const { id } = await signUp(call)
  const payload = JSON.stringify(accessClaims(id)).replace('{', '{"__proto__":{"is_staff":true,"isActive":true},')
  expect((await openProtected(call, mint(payload, server.secret))).status).toBeLessThan(500)
  const me = await call('/api/accounts/me/', { headers: bearer((await signUp(call)).access) })
  expect(me.body).toMatchObject({ is_staff: false })
})

test('J21: long tokens are refused before they cost anything', async ({ call, server }) => {
  const long = mint({ ...accessClaims(1), filling: 'x'.repeat(20_000) }, server.secret)
  for (const [path, field] of [
    ['verify', 'token'],
    ['refresh', 'refresh'],
    ['blacklist', 'refresh'],
  ] as const) {
    const answer = await call(`/api/accounts/token/${path}/`, { json: { [field]: long } })
    expect.soft(answer.status, path).toBe(401)
    expect.soft(answer.body, path).toEqual({ detail: INVALID, code: 'token_not_valid' })
  }
  const megabyte = await call('/api/accounts/token/verify/', { json: { token: 'x'.repeat(1_000_000) } })
  expect(megabyte.status).toBe(413)
})

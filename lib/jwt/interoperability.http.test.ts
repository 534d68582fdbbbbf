/** Tokens of the original, made here by another JWT implementation, move over and back (the contract). */
import { createHmac } from 'node:crypto'
import { logIn, openProtected, readLogin, readPair, refreshWith } from '../http/testing/accounts.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { accessClaims, claimsOf, mint, refreshClaims } from '../http/testing/jwt.ts'

test('an access token of Simple JWT opens the protected endpoint, user_id as a number and as text', async ({
  call,
  server,
  newAccount,
}) => {
  const { id, email } = await newAccount()
  for (const userId of [id, String(id)]) {
    const answer = await openProtected(call, mint(accessClaims(userId), server.secret))
    expect.soft(answer.status, typeof userId).toBe(200)
    expect.soft(answer.body, typeof userId).toMatchObject({ id, email })
  }
})

test('a refresh token of Simple JWT, with no row of ours, gets a pair that works', async ({ call, server, newAccount }) => {
  const { id, email } = await newAccount()
  for (const userId of [id, String(id)]) {
    const { access, refresh } = readPair(await refreshWith(call, mint(refreshClaims(userId), server.secret)))
    expect.soft((await openProtected(call, access)).body, typeof userId).toMatchObject({ email })
    expect.soft((await refreshWith(call, refresh)).status, typeof userId).toBe(200)
  }
})

test('our tokens are what Simple JWT makes: header, claims, lifetimes, signature, and `kid` and `sid` besides', async ({
  call,
  server,
  newAccount,
}) => {
  const account = await newAccount()
  const tokens = readLogin(await logIn(call, account))
  for (const [type, lifetime] of [
    ['access', 3600],
    ['refresh', 86_400],
  ] as const) {
    const token = tokens[type]
    const [header = '', payload = '', signature] = token.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.any(String) })
    expect(signature).toBe(createHmac('sha256', server.secret).update(`${header}.${payload}`).digest('base64url'))
    const claims = claimsOf(token)
    expect(claims).toEqual({
      token_type: type,
      exp: expect.any(Number),
      iat: expect.any(Number),
      jti: expect.stringMatching(/^[\da-f]{32}$/),
      user_id: account.id,
      sid: expect.any(String),
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBe(lifetime)
  }
})

test('JW-13: a token says nothing of a person but the account’s id', async ({ newAccount }) => {
  const account = await newAccount({ name: 'Marker Person' })
  for (const token of [account.access, account.refresh]) {
    const text = JSON.stringify(claimsOf(token))
    for (const secret of [account.email, account.phone, account.name, 'bcrypt']) expect.soft(text).not.toContain(secret)
  }
})

test('claims of one’s own in a refresh token are handed on, except the registered ones', async ({ call, server, newAccount }) => {
  const { id } = await newAccount()
  const given = refreshClaims(id, { tenant: 'blue', roles: ['a'] })
  const { access, refresh } = readPair(await refreshWith(call, mint(given, server.secret)))
  for (const token of [access, refresh]) {
    expect(claimsOf(token)).toMatchObject({ tenant: 'blue', roles: ['a'], user_id: id })
    expect(claimsOf(token).jti).not.toBe(given.jti)
  }
  expect(claimsOf(access).token_type).toBe('access')
})

test('a token without a user is told so', async ({ call, server }) => {
  const answer = await openProtected(call, mint({ ...accessClaims(1), user_id: undefined }, server.secret))
  expect(answer.status).toBe(401)
  expect(answer.body).toEqual({ detail: 'Token contained no recognizable user identification', code: 'token_not_valid' })
})

test('verify accepts a token of any type', async ({ call, server, newAccount }) => {
  const { id, access, refresh } = await newAccount()
  const sliding = mint(accessClaims(id, { token_type: 'sliding', refresh_exp: Math.floor(Date.now() / 1000) + 9000 }), server.secret)
  for (const token of [access, refresh, sliding, mint(accessClaims(id), server.secret)]) {
    const answer = await call('/api/accounts/token/verify/', { json: { token } })
    expect.soft(answer.status, String(claimsOf(token).token_type)).toBe(200)
    expect.soft(answer.body).toEqual({})
  }
})

test('names of claims and header types follow the settings, as Simple JWT’s do', async ({ startServer }) => {
  const settings = {
    USER_ID_CLAIM: 'uid',
    TOKEN_TYPE_CLAIM: 'typ',
    JTI_CLAIM: 'id',
    AUTH_HEADER_TYPES: 'JWT,Bearer',
    ACCESS_TOKEN_LIFETIME: '5m',
  }
  const { call, newAccount } = await startServer({ env: settings })
  const { access, id } = await newAccount()
  const claims = claimsOf(access)
  expect(claims).toMatchObject({ uid: id, typ: 'access', id: expect.any(String) })
  expect(Number(claims.exp) - Number(claims.iat)).toBe(300)
  for (const type of ['JWT', 'Bearer', 'jwt']) {
    expect.soft((await call('/api/protected-endpoint/', { headers: { authorization: `${type} ${access}` } })).status, type).toBe(200)
  }
  const none = await call('/api/protected-endpoint/')
  expect(none.headers['www-authenticate']).toBe('JWT realm="api"')
})

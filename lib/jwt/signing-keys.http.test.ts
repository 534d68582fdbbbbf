/** Signing keys of other kinds, and who a token is from and for (the security requirements J2, J5, J13). */
import { generateKeyPairSync } from 'node:crypto'
import { openProtected, refreshWith, signUp } from '../http/testing/accounts.ts'
import { expectGenuineToWork, expectRefused } from '../http/testing/expect-tokens.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { cookieWith, forgeAll } from '../http/testing/forgeries.ts'
import { accessClaims, base64url, type Claims, claimsOf, mint, mintAsymmetric, withPart } from '../http/testing/jwt.ts'
import { newSecret } from '../http/testing/test-server.ts'

test('J2: RS256: tokens of the key pair open, one signed with the public key as a secret does not', async ({ startServer }) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const verifying = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const signing = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { call, secret, newAccount } = await startServer({ env: { ALGORITHM: 'RS256', SIGNING_KEY: signing, VERIFYING_KEY: verifying } })
  const account = await newAccount()
  for (const key of [verifying, verifying.trim(), publicKey.export({ type: 'spki', format: 'der' }), secret, '']) {
    for (const alg of ['HS256', 'RS256']) {
      await expectRefused(
        call,
        forgeAll(account, (claims) => mint(claims, key, { alg, typ: 'JWT' })),
      )
    }
  }
  await expectGenuineToWork(
    call,
    account,
    forgeAll(account, (claims) => mintAsymmetric(claims, privateKey)),
  )
})

test('J5: ES256: a signature of zeros, of the order, of another form or length opens nothing; keys may be written in one line', async ({
  startServer,
}) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const oneLine = (pem: string | Buffer) => pem.toString().replaceAll('\n', '\\n')
  const { call, newAccount } = await startServer({
    env: {
      ALGORITHM: 'ES256',
      SIGNING_KEY: oneLine(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      VERIFYING_KEY: oneLine(publicKey.export({ type: 'spki', format: 'pem' })),
    },
  })
  const account = await newAccount()
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
  const zero = Buffer.alloc(32)
  const genuine = (claims: Claims) => mintAsymmetric(claims, privateKey)
  const halves = (token: string) => {
    const bytes = Buffer.from(token.split('.')[2] ?? '', 'base64url')
    return [bytes.subarray(0, 32), bytes.subarray(32)] as const
  }
  const signatures: ((r: Buffer, s: Buffer) => Buffer)[] = [
    () => Buffer.alloc(64),
    () => Buffer.alloc(63),
    () => Buffer.alloc(0),
    () => Buffer.alloc(1),
    () => Buffer.concat([order, order]),
    () => Buffer.concat([zero, order]),
    (r) => Buffer.concat([r, zero]),
    (_r, s) => Buffer.concat([zero, s]),
    (r) => r,
    (r, s) => Buffer.concat([r, s]).subarray(0, 63),
    (r, s) => Buffer.concat([r, s, Buffer.alloc(1)]),
    (r, s) => Buffer.concat([Buffer.from([0x30, 0x44, 0x02, 0x20]), r, Buffer.from([0x02, 0x20]), s]),
    () => Buffer.from('3006020100020100', 'hex'),
  ]
  for (const signature of signatures) {
    const forge = (claims: Claims) => {
      const token = genuine(claims)
      return withPart(token, 2, signature(...halves(token)).toString('base64url'))
    }
    await expectRefused(call, forgeAll(account, forge))
  }
  await expectGenuineToWork(call, account, forgeAll(account, genuine))
})

test('J13: with AUDIENCE and ISSUER set, a token must name exactly them', async ({ startServer }) => {
  const { call, secret, newAccount } = await startServer({ env: { AUDIENCE: 'shop', ISSUER: 'https://accounts.test' } })
  const account = await newAccount()
  expect(claimsOf(account.access)).toMatchObject({ aud: 'shop', iss: 'https://accounts.test' })
  const right = { aud: 'shop', iss: 'https://accounts.test' }
  for (const wrong of [
    {},
    { aud: 'shop' },
    { iss: right.iss },
    { ...right, aud: 'evil' },
    { ...right, aud: ['shop', 'evil'] },
    { ...right, iss: 'x' },
  ]) {
    await expectRefused(
      call,
      forgeAll(account, (claims) => mint({ ...claims, ...wrong }, secret)),
    )
  }
  await expectGenuineToWork(
    call,
    account,
    forgeAll(account, (claims) => mint({ ...claims, ...right }, secret)),
  )
})

test('J23: tokens of a key that was replaced open nothing', async ({ startServer, newDatabase }) => {
  const database = await newDatabase()
  const [before, after] = [newSecret(), newSecret()]
  const first = await startServer({ database, env: { SECRET_KEY: before } })
  const account = await signUp(first.call)
  await first.stop()
  const { call } = await startServer({ database, env: { SECRET_KEY: after } })
  await expectRefused(
    call,
    forgeAll(account, (claims) => mint(claims, before)),
  )
  const own = forgeAll(account, (claims) => mint(claims, after))
  expect((await openProtected(call, own.access)).status).toBe(200)
  expect((await call('/api/accounts/me/', { headers: { cookie: cookieWith(own.sliding) } })).status).toBe(200)
})

test('a SIGNING_KEY of its own signs instead of SECRET_KEY', async ({ startServer }) => {
  const signingKey = newSecret()
  const { call, secret, newAccount } = await startServer({ env: { SIGNING_KEY: signingKey } })
  const { id } = await newAccount()
  expect((await openProtected(call, mint(accessClaims(id), signingKey))).status).toBe(200)
  expect((await openProtected(call, mint(accessClaims(id), secret))).status).toBe(401)
})

test('with ROTATE_REFRESH_TOKENS=false a refresh answers with an access token alone, as often as asked', async ({ startServer }) => {
  const { call, newAccount } = await startServer({ env: { ROTATE_REFRESH_TOKENS: 'false' } })
  const { refresh } = await newAccount()
  for (const round of ['first', 'second']) {
    const answer = await refreshWith(call, refresh)
    expect(answer.status, round).toBe(200)
    expect(Object.keys(answer.body as object), round).toEqual(['access'])
  }
  await call('/api/accounts/logout/', { json: { refresh } })
  expect((await refreshWith(call, refresh)).body).toEqual({ detail: 'Token is blacklisted', code: 'token_not_valid' })
})

test('a token is base64url of JSON: no other spelling of a header is read', async ({ call, server, newAccount }) => {
  const { id } = await newAccount()
  const token = mint(accessClaims(id), server.secret)
  for (const header of [' {"alg":"HS256"}', '{"alg":"HS256"}\n', '{"alg":["HS256"]}', '{"alg":null}', '{}', '[]', '']) {
    expect.soft((await openProtected(call, withPart(token, 0, base64url(header)))).status, header).toBe(401)
  }
})

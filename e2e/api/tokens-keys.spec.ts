/** Signing keys of other kinds, and who a token is from and for (the security requirements J2, J5, J13). */
import { generateKeyPairSync } from 'node:crypto'
import { openProtected, readPair, refreshWith, signUp } from '../accounts.ts'
import { expect, test } from '../fixtures.ts'
import { type SendOptions, send } from '../http.ts'
import { accessClaims, base64url, claimsOf, mint, mintAsymmetric, withPart } from '../jwt.ts'
import { newSecret } from '../server.ts'

const callTo = (url: string) => (path: string, options?: SendOptions) => send(url, path, options)

test('RS256: tokens of the key pair open, one signed with the public key as a secret does not (J2)', async ({ startServer }) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const verifying = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const signing = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { url, secret } = await startServer({ env: { ALGORITHM: 'RS256', SIGNING_KEY: signing, VERIFYING_KEY: verifying } })
  const call = callTo(url)
  const { id, access } = await signUp(call)
  expect((await openProtected(call, access)).status).toBe(200)
  expect((await openProtected(call, mintAsymmetric(accessClaims(id), privateKey))).status).toBe(200)
  for (const key of [verifying, verifying.trim(), publicKey.export({ type: 'spki', format: 'der' }), secret]) {
    for (const alg of ['HS256', 'RS256']) {
      expect.soft((await openProtected(call, mint(accessClaims(id), key, { alg, typ: 'JWT' }))).status, alg).toBe(401)
    }
  }
})

test('ES256: a signature of zeros opens nothing (J5); keys may be written in one line', async ({ startServer }) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const oneLine = (pem: string | Buffer) => pem.toString().replaceAll('\n', '\\n')
  const { url } = await startServer({
    env: {
      ALGORITHM: 'ES256',
      SIGNING_KEY: oneLine(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      VERIFYING_KEY: oneLine(publicKey.export({ type: 'spki', format: 'pem' })),
    },
  })
  const call = callTo(url)
  const { access } = await signUp(call)
  expect((await openProtected(call, access)).status).toBe(200)
  for (const length of [64, 63, 0, 1]) {
    const forged = withPart(access, 2, Buffer.alloc(length).toString('base64url'))
    expect.soft((await openProtected(call, forged)).status, `${length} bytes`).toBe(401)
  }
})

test('J13: with AUDIENCE and ISSUER set, a token must name exactly them', async ({ startServer }) => {
  const { url, secret } = await startServer({ env: { AUDIENCE: 'shop', ISSUER: 'https://accounts.test' } })
  const call = callTo(url)
  const { id, access } = await signUp(call)
  expect(claimsOf(access)).toMatchObject({ aud: 'shop', iss: 'https://accounts.test' })
  expect((await openProtected(call, access)).status).toBe(200)
  const right = { aud: 'shop', iss: 'https://accounts.test' }
  expect((await openProtected(call, mint(accessClaims(id, right), secret))).status).toBe(200)
  for (const wrong of [
    {},
    { aud: 'shop' },
    { iss: right.iss },
    { ...right, aud: 'evil' },
    { ...right, aud: ['shop', 'evil'] },
    { ...right, iss: 'x' },
  ]) {
    expect.soft((await openProtected(call, mint(accessClaims(id, wrong), secret))).status, JSON.stringify(wrong)).toBe(401)
  }
})

test('a SIGNING_KEY of its own signs instead of SECRET_KEY', async ({ startServer }) => {
  const signingKey = newSecret()
  const { url, secret } = await startServer({ env: { SIGNING_KEY: signingKey } })
  const call = callTo(url)
  const { id } = await signUp(call)
  expect((await openProtected(call, mint(accessClaims(id), signingKey))).status).toBe(200)
  expect((await openProtected(call, mint(accessClaims(id), secret))).status).toBe(401)
})

test('with ROTATE_REFRESH_TOKENS=false a refresh answers with an access token alone, as often as asked', async ({ startServer }) => {
  const { url } = await startServer({ env: { ROTATE_REFRESH_TOKENS: 'false' } })
  const call = callTo(url)
  const { refresh } = await signUp(call)
  for (const round of ['first', 'second']) {
    const answer = await refreshWith(call, refresh)
    expect(answer.status, round).toBe(200)
    expect(Object.keys(answer.body as object), round).toEqual(['access'])
  }
  await call('/api/accounts/logout/', { json: { refresh } })
  expect((await refreshWith(call, refresh)).body).toEqual({ detail: 'Token is blacklisted', code: 'token_not_valid' })
})

test('RT-4: without a grace a parent is refused at once, also after the server was killed and started again', async ({
  startServer,
  server,
}) => {
  const env = { ROTATION_GRACE_PERIOD: '0', SECRET_KEY: newSecret() }
  const { database } = server
  const first = await startServer({ env, database })
  const { refresh } = await signUp(callTo(first.url))
  const child = readPair(await refreshWith(callTo(first.url), refresh))
  await first.stop('SIGKILL')
  const second = await startServer({ env, database })
  const call = callTo(second.url)
  expect((await openProtected(call, child.access)).status).toBe(200)
  expect((await refreshWith(call, refresh)).status).toBe(401)
  expect((await refreshWith(call, child.refresh)).status, 'the session is over').toBe(401)
  expect((await openProtected(call, child.access)).status, 'its access tokens too').toBe(401)
})

test('a token is base64url of JSON: no other spelling of a header is read', async ({ call, server }) => {
  const { id } = await signUp(call)
  const token = mint(accessClaims(id), server.secret)
  for (const header of [' {"alg":"HS256"}', '{"alg":"HS256"}\n', '{"alg":["HS256"]}', '{"alg":null}', '{}', '[]', '']) {
    expect.soft((await openProtected(call, withPart(token, 0, base64url(header)))).status, header).toBe(401)
  }
})

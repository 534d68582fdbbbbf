/** The public keys at /.well-known/jwks.json, as other services use them (the security requirement JW-12). */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { rotateKeys } from '../../cli/rotatekeys.ts'
import { logIn, openProtected, readLogin } from '../../http/testing/accounts.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { send } from '../../http/testing/send.ts'

const PATH = '/.well-known/jwks.json'
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use']

/** What another service makes of a token, knowing the address of the keys alone. */
async function verifyElsewhere(url: string, token: string) {
  const remote = await jwtVerify(token, createRemoteJWKSet(new URL(PATH, url)))
  const local = await jwtVerify(token, createLocalJWKSet((await send(url, PATH)).body as JSONWebKeySet))
  expect(local.payload).toEqual(remote.payload)
  return remote
}

const membersOf = (body: unknown) => (body as JSONWebKeySet).keys.flatMap((key) => Object.keys(key))

test('JW-12: with HMAC there is nothing to publish, and a set all the same', async ({ call }) => {
  for (const path of [PATH, `${PATH}/`]) {
    const answer = await call(path)
    expect([answer.status, answer.body]).toEqual([200, { keys: [] }])
    expect(answer.headers['cache-control']).toBe('public, max-age=300')
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.cookies).toEqual([])
  }
  expect((await call(PATH, { method: 'HEAD' })).status).toBe(200)
  expect((await call(PATH, { method: 'POST', json: {} })).status).toBe(405)
})

test('JW-12: tokens of RS256, ES256 and EdDSA are verified by another library with the published keys, none of which is private', async ({
  startServer,
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'keys.json')
  const { url, env, call, newAccount } = await startServer({ env: { SIGNING_KEYS_FILE: file } })
  const account = await newAccount()
  for (const [round, algorithm] of ['RS256', 'ES256', 'EdDSA'].entries()) {
    await rotateKeys({ algorithm, activateAfter: '0' }, env, true)
    const kid = (JSON.parse(readFileSync(file, 'utf8')) as JSONWebKeySet).keys.at(-1)?.kid
    // A token of the new key makes a process that has not read the file yet read it.
    await expect
      .poll(async () => membersOf((await call(PATH)).body).filter((name) => name === 'kid').length, { timeout: 20_000 })
      .toBe(round + 1)
    const { access } = readLogin(await logIn(call, account))
    const { payload, protectedHeader } = await verifyElsewhere(url, access)
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid })
    expect(payload.user_id).toBe(account.id)
    expect((await openProtected(call, access)).status).toBe(200)
  }
  const { body, text } = await call(PATH)
  expect(membersOf(body).filter((name) => !PUBLIC_MEMBERS.includes(name))).toEqual([])
  expect(text).not.toMatch(/"(d|p|q|dp|dq|qi|k|iat|nbf|exp)":/)
  for (const key of (body as JSONWebKeySet).keys)
    expect(key).toMatchObject({ kid: expect.any(String), alg: expect.any(String), use: 'sig' })
})

test('JW-12: the keys of the environment are published, with those that only verify', async ({ startServer }) => {
  const [present, former] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ec', { namedCurve: 'P-256' })]
  const spki = ({ publicKey }: typeof present) => publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const SIGNING_KEY = present.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { url, newAccount } = await startServer({
    env: { ALGORITHM: 'ES256', SIGNING_KEY, VERIFYING_KEY: spki(present), VERIFYING_KEYS: spki(former) },
  })
  const { access, id } = await newAccount()
  expect((await verifyElsewhere(url, access)).payload.user_id).toBe(id)
  const { keys } = (await send(url, PATH)).body as JSONWebKeySet
  const coordinates = [present, former].map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)
  expect(keys.map(({ x }) => x)).toEqual(coordinates)
  expect(membersOf({ keys }).filter((name) => !PUBLIC_MEMBERS.includes(name))).toEqual([])
})

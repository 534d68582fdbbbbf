/** The public keys at /.well-known/jwks.json, as other services use them (the security requirement JW-12). */
import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { logIn, openProtected, readLogin, signUp } from '../../lib/http/testing/accounts.ts'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures.ts'
import { keysFilePath } from '../keys-file.ts'
import { manage } from '../manage.ts'

const PATH = '/.well-known/jwks.json'
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use']

const callTo = (url: string) => (path: string, options?: SendOptions) => send(url, path, options)

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
}) => {
  const file = keysFilePath()
  const { url, env } = await startServer({ env: { SIGNING_KEYS_FILE: file } })
  const call = callTo(url)
  const account = await signUp(call)
  for (const [round, algorithm] of ['RS256', 'ES256', 'EdDSA'].entries()) {
    const { code, output } = await manage(['rotatekeys', '--algorithm', algorithm, '--activate-after', '0', '--json'], env)
    expect(code, output).toBe(0)
    // A token of the new key makes a process that has not read the file yet read it.
    await expect.poll(async () => membersOf((await call(PATH)).body).filter((name) => name === 'kid').length).toBe(round + 1)
    const { access } = readLogin(await logIn(call, account))
    const { payload, protectedHeader } = await verifyElsewhere(url, access)
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: (JSON.parse(output) as { kid: string }).kid })
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
  const { url } = await startServer({
    env: { ALGORITHM: 'ES256', SIGNING_KEY, VERIFYING_KEY: spki(present), VERIFYING_KEYS: spki(former) },
  })
  const { access, id } = await signUp(callTo(url))
  expect((await verifyElsewhere(url, access)).payload.user_id).toBe(id)
  const { keys } = (await send(url, PATH)).body as JSONWebKeySet
  const coordinates = [present, former].map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)
  expect(keys.map(({ x }) => x)).toEqual(coordinates)
  expect(membersOf({ keys }).filter((name) => !PUBLIC_MEMBERS.includes(name))).toEqual([])
})

/** Apple's own ways: a client secret that is made anew, a response in a form, and texts where others have booleans. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AppleClient } from '../settings-resources.ts'
import { resetState } from '../testing/process-states.ts'
import { sha256 } from '../tokens/derived-secrets.ts'
import { appleSecret, nameFromApple } from './apple.ts'
import { authorizationUrl, identityFromCode, identityFromIdToken } from './identity-provider.ts'
import { type FakeProvider, startFakeProvider } from './testing/fake-provider.ts'

const NOW = new Date()
const CALLBACK = 'https://accounts.example.com/api/accounts/login/oidc/apple/callback/'
const SECRETS = { state: 'the-state-of-this-login', nonce: 'the-nonce-of-this-login', verifier: 'v'.repeat(43) }
const ADA = { sub: '000792.d7.0638', email: 'Ada@example.com', email_verified: 'true', is_private_email: 'false' }

let apple: FakeProvider
beforeAll(async () => {
  apple = await startFakeProvider('apple')
})
afterAll(() => apple.stop())
beforeEach(() => {
  resetState()
  apple.misbehave({})
})

const client = () => apple.provider.client as AppleClient

async function logIn(person: object = ADA, provider = apple.provider) {
  const url = await authorizationUrl(provider, SECRETS, CALLBACK, NOW)
  return identityFromCode(provider, { callback: apple.signIn(url, person as Record<string, unknown>), ...SECRETS }, NOW)
}

it('OI-1: the request asks for a response in a form, with state, nonce and an S256 challenge of PKCE', async () => {
  const url = await authorizationUrl(apple.provider, SECRETS, CALLBACK, NOW)
  const { code_challenge, ...parameters } = Object.fromEntries(url.searchParams)
  expect(parameters).toEqual({
    client_id: 'latchkey',
    code_challenge_method: 'S256',
    nonce: SECRETS.nonce,
    redirect_uri: CALLBACK,
    response_mode: 'form_post',
    response_type: 'code',
    scope: 'name email',
    state: SECRETS.state,
  })
  expect(code_challenge).toHaveLength(43)
})

it('gives issuer and subject, with the address of the ID token', async () => {
  expect(await logIn()).toEqual({
    issuer: apple.issuer,
    subject: ADA.sub,
    email: 'ada@example.com',
    emailVerified: true,
    name: null,
  })
})

it.each([
  ['true', true],
  [true, true],
  ['false', false],
  [false, false],
  ['TRUE', false],
  ['yes', false],
  [1, false],
  [undefined, false],
])('OI-4: Apple’s email_verified %j counts as verified: %j', async (email_verified, emailVerified) => {
  expect((await logIn({ ...ADA, email_verified })).emailVerified).toBe(emailVerified)
})

describe('the client secret', () => {
  it('is of this site, for Apple alone, and valid for five minutes', async () => {
    const seconds = Math.floor(NOW.getTime() / 1000)
    expect(decodeJwt(await appleSecret(client(), NOW))).toEqual({
      iss: 'TEAM123456',
      sub: 'latchkey',
      aud: apple.issuer,
      iat: seconds,
      exp: seconds + 300,
    })
  })

  it.each<[string, (client: AppleClient) => AppleClient]>([
    ['another key', (known) => ({ ...known, key: { ...known.key, id: 'OTHER12345' } })],
    ['another team', (known) => ({ ...known, key: { ...known.key, teamId: 'OTHER12345' } })],
    ['another client', (known) => ({ ...known, clientId: 'other' })],
  ])('of %s is refused', async (_, change) => {
    await expect(logIn(ADA, { ...apple.provider, client: change(client()) })).rejects.toMatchObject({ reason: 'invalid' })
  })

  it('of ten minutes ago is refused: each request has a new one', async () => {
    const before = new Date(NOW.getTime() - 600_000)
    const url = await authorizationUrl(apple.provider, SECRETS, CALLBACK, before)
    const ask = (at: Date) => identityFromCode(apple.provider, { callback: apple.signIn(url, ADA), ...SECRETS }, at)
    await expect(ask(before)).rejects.toMatchObject({ reason: 'invalid' })
    expect((await ask(NOW)).subject).toBe(ADA.sub)
  })
})

it('OI-2: an ID token of a native app has the nonce’s SHA-256 in hex', async () => {
  const shown = (nonce: string) => apple.idToken({ ...ADA, nonce })
  expect(await identityFromIdToken(apple.provider, await shown(sha256('of-the-app')), 'of-the-app', NOW)).toMatchObject({
    emailVerified: true,
  })
  await expect(identityFromIdToken(apple.provider, await shown(sha256('other')), 'of-the-app', NOW)).rejects.toMatchObject({
    reason: 'invalid',
  })
})

it.each([
  ['{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"ada@example.com"}', 'Ada Lovelace'],
  ['{"name":{"firstName":"Ada"}}', 'Ada'],
  ['{"name":{"firstName":" ","lastName":""}}', null],
  ['{"name":{"firstName":"A\\u202eda","lastName":"L"}}', 'A da L'],
  ['{"name":{"firstName":7}}', null],
  ['{"name":"Ada"}', null],
  ['{"email":"ada@example.com"}', null],
  ['null', null],
  ['{', null],
  [undefined, null],
])('the name in %j is %j', (user, name) => {
  expect(nameFromApple(user)).toBe(name)
})

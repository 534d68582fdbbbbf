/** What a provider says is believed only as far as it is verified: against one that does what none should do. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { resetState } from '../testing/process-states.ts'
import { sha256 } from '../tokens/derived-secrets.ts'
import { ProviderFailure } from './external-identity.ts'
import { authorizationUrl, identityFromCode, identityFromIdToken, type LoginSecrets } from './identity-provider.ts'
import { CLIENT_SECRET, type FakeProvider, type Misbehavior, startFakeProvider } from './testing/fake-provider.ts'

const NOW = new Date()
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds)
const CALLBACK = 'https://accounts.example.com/api/accounts/login/oidc/fake/callback/'
const SECRETS: LoginSecrets = { state: 'the-state-of-this-login', nonce: 'the-nonce-of-this-login', verifier: 'v'.repeat(43) }

let fake: FakeProvider
beforeAll(async () => {
  fake = await startFakeProvider()
})
afterAll(() => fake.stop())
beforeEach(() => {
  resetState()
  fake.misbehave({})
})
afterEach(() => fake.requests.splice(0))

/** One login from start to end. */
async function logIn(person: Record<string, unknown> = {}, { now = NOW, secrets = SECRETS } = {}) {
  const url = await authorizationUrl(fake.provider, SECRETS, CALLBACK, now)
  return identityFromCode(fake.provider, { callback: fake.signIn(url, person), ...secrets }, now)
}

/** The failure that a login ends with, and the end of its cause. */
async function failureOf(login: Promise<unknown>): Promise<ProviderFailure> {
  const error = await login.then(
    () => new Error('the login succeeded'),
    (failure: unknown) => failure,
  )
  if (!(error instanceof ProviderFailure)) throw error
  return error
}

describe('a login', () => {
  it('OI-1: the request has state, nonce and an S256 challenge of PKCE, and no secret', async () => {
    const url = await authorizationUrl(fake.provider, SECRETS, CALLBACK, NOW)
    const { code_challenge, ...parameters } = Object.fromEntries(url.searchParams)
    expect(parameters).toEqual({
      client_id: 'latchkey',
      code_challenge_method: 'S256',
      nonce: SECRETS.nonce,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid email profile',
      state: SECRETS.state,
    })
    expect(code_challenge).toHaveLength(43)
    expect(url.href).not.toContain(SECRETS.verifier)
    expect(url.href).not.toContain(CLIENT_SECRET)
  })

  it('gives issuer and subject, with the address in canonical form and the name on one line', async () => {
    const person = { sub: 'ada', email: ' Ada@Example.COM ', email_verified: true, name: 'Ada\nLovelace\u202e' }
    expect(await logIn(person)).toEqual({
      issuer: fake.issuer,
      subject: 'ada',
      email: 'ada@example.com',
      emailVerified: true,
      name: 'Ada Lovelace',
    })
    expect(await logIn({ sub: 'bob', email: 'no address', email_verified: true })).toMatchObject({
      email: null,
      emailVerified: false,
      name: null,
    })
  })

  it.each([['false'], ['true'], [1], ['yes'], [null], [undefined], [{}]])(
    'OI-4: email_verified %j does not count as verified',
    async (email_verified) => {
      expect(await logIn({ email: 'ada@example.com', email_verified })).toMatchObject({ email: 'ada@example.com', emailVerified: false })
    },
  )

  it('what the ID token does not say is asked for, address and verification together', async () => {
    fake.misbehave({
      claims: ({ email: _, email_verified: _verified, ...claims }) => ({ ...claims, email_verified: true }),
      userinfo: (person) => ({ ...person, email_verified: undefined }),
    })
    expect(await logIn({ email: 'ada@example.com' })).toMatchObject({ email: 'ada@example.com', emailVerified: false })
  })

  it('metadata and keys are fetched once for many logins', async () => {
    for (const sub of ['a', 'b', 'c']) expect((await logIn({ sub, email: `${sub}@example.com` })).subject).toBe(sub)
    expect(fake.requests).toEqual(['/.well-known/openid-configuration', '/token', '/jwks', '/token', '/token'])
  })
})

describe('OI-2: an ID token is refused', () => {
  const without = (name: string) => (claims: Record<string, unknown>) => ({ ...claims, [name]: undefined })
  const withClaim = (name: string, value: unknown) => (claims: Record<string, unknown>) => ({ ...claims, [name]: value })
  const unsigned = (token: string) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`

  const cases: [what: string, misbehavior: Misbehavior][] = [
    ['of another issuer', { claims: withClaim('iss', 'https://evil.example') }],
    ['for another client', { claims: withClaim('aud', 'another-client') }],
    ['without an audience', { claims: without('aud') }],
    [
      'for several clients that names another one as authorized',
      { claims: (claims) => ({ ...claims, aud: ['latchkey', 'other'], azp: 'other' }) },
    ],
    ['without a subject', { claims: without('sub') }],
    ['with an empty subject', { claims: withClaim('sub', '') }],
    ['with a subject of 256 characters', { claims: withClaim('sub', 'x'.repeat(256)) }],
    ['with a subject that is no text', { claims: withClaim('sub', 7) }],
    ['without a time of issue', { claims: without('iat') }],
    ['without an expiry', { claims: without('exp') }],
    ['that has expired', { claims: withClaim('exp', Math.floor(NOW.getTime() / 1000) - 3600) }],
    ['of another nonce', { claims: withClaim('nonce', 'of-another-login') }],
    ['without a nonce', { claims: without('nonce') }],
    ['with a broken signature', { idToken: (token) => `${token.slice(0, -6)}AAAAAA` }],
    ['without a signature', { idToken: unsigned }],
    ['of a key that the provider does not have', { header: { kid: 'unknown' } }],
  ]

  it.each(cases)('%s', async (_, misbehavior) => {
    fake.misbehave(misbehavior)
    expect((await failureOf(logIn({ email: 'ada@example.com' }))).reason).toBe('invalid')
  })

  it('without a key id where the provider has several keys', async () => {
    const {
      keys: [key],
    } = (await (await fetch(`${fake.issuer}/jwks`)).json()) as { keys: object[] }
    fake.misbehave({
      header: { kid: undefined } as never,
      handlers: { '/jwks': (_, response) => response.end(JSON.stringify({ keys: [key, { ...key, kid: 'other' }] })) },
    })
    expect((await failureOf(logIn())).reason).not.toBe('denied')
  })

  it('that is signed with the client secret, which others may know', async () => {
    const claims = JSON.parse(Buffer.from((await fake.idToken({ nonce: SECRETS.nonce })).split('.')[1] as string, 'base64url').toString())
    const secret = new TextEncoder().encode(CLIENT_SECRET)
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    fake.misbehave({
      idToken: () => symmetric,
      metadata: (metadata) => ({ ...metadata, id_token_signing_alg_values_supported: ['RS256', 'HS256'] }),
    })
    expect((await failureOf(logIn())).reason).toBe('invalid')
  })

  it('that is missing', async () => {
    fake.misbehave({
      handlers: {
        '/token': (_, response) =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"x","token_type":"bearer"}'),
      },
    })
    expect((await failureOf(logIn())).reason).toBe('invalid')
  })
})

describe('OI-2: a provider is refused', () => {
  it.each<[string, Misbehavior]>([
    ['whose metadata names another issuer', { metadata: (metadata) => ({ ...metadata, issuer: 'https://evil.example' }) }],
    [
      'whose metadata names its issuer with a slash behind it',
      { metadata: (metadata) => ({ ...metadata, issuer: `${metadata.issuer}/` }) },
    ],
    [
      'whose userinfo is of another subject',
      { claims: (claims) => ({ ...claims, email: undefined }), userinfo: () => ({ sub: 'someone-else', email: 'ada@example.com' }) },
    ],
  ])('%s', async (_, misbehavior) => {
    fake.misbehave(misbehavior)
    expect((await failureOf(logIn({ email: 'ada@example.com' }))).reason).toBe('invalid')
  })
})

describe('the response to the authorization request', () => {
  it.each<[string, Misbehavior]>([
    ['OI-6: of another issuer is refused (mix-up)', { callback: (parameters) => ({ ...parameters, iss: 'https://evil.example' }) }],
    ['OI-6: without the issuer that the provider promises is refused', { callback: (parameters) => ({ ...parameters, iss: undefined }) }],
    ['OI-1: with another state is refused', { callback: (parameters) => ({ ...parameters, state: 'of-another-login' }) }],
    ['OI-1: without a state is refused', { callback: (parameters) => ({ ...parameters, state: undefined }) }],
    ['without a code is refused', { callback: (parameters) => ({ ...parameters, code: undefined }) }],
  ])('%s, and its code is sent nowhere', async (_, misbehavior) => {
    fake.misbehave(misbehavior)
    expect((await failureOf(logIn())).reason).toBe('invalid')
    expect(fake.requests).not.toContain('/token')
  })

  it('that says no is a denial, without the provider’s text', async () => {
    fake.misbehave({
      callback: ({ state, iss }) => ({ state, iss, error: 'access_denied', error_description: '<b>SECRET-DESCRIPTION</b>' }),
    })
    const failure = await failureOf(logIn())
    expect(failure.reason).toBe('denied')
    expect(`${failure.message} ${failure.code}`).not.toContain('SECRET-DESCRIPTION')
  })

  it('OI-1: a code is refused without the verifier it was asked for with', async () => {
    expect((await failureOf(logIn({}, { secrets: { ...SECRETS, verifier: 'w'.repeat(43) } }))).reason).toBe('invalid')
  })
})

describe('OI-5: requests to a provider', () => {
  it('follow no redirect: the address that it leads to gets none', async () => {
    const reached: string[] = []
    const target = createServer((request, response) => {
      reached.push(request.url ?? '')
      response.end('{}')
    })
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    const { port } = target.address() as AddressInfo
    const redirect: Misbehavior['handlers'] = Object.fromEntries(
      ['/token', '/jwks', '/userinfo', '/.well-known/openid-configuration'].map((path) => [
        path,
        (_: unknown, response: import('node:http').ServerResponse) =>
          response.writeHead(302, { location: `http://127.0.0.1:${port}/latest/meta-data` }).end(),
      ]),
    )
    for (const path of Object.keys(redirect)) {
      resetState()
      fake.misbehave({ handlers: { [path]: redirect[path] as never }, claims: (claims) => ({ ...claims, email: undefined }) })
      expect.soft((await failureOf(logIn({ email: 'ada@example.com' }))).reason, path).toBe('unavailable')
    }
    expect(reached).toEqual([])
    target.close()
  })

  it.each([
    ['token_endpoint', 'https://evil.example/token'],
    ['token_endpoint', 'http://169.254.169.254/latest'],
    ['jwks_uri', 'http://localhost:1/jwks'],
    ['authorization_endpoint', 'javascript:alert(1)'],
    ['userinfo_endpoint', 'file:///etc/passwd'],
    ['jwks_uri', undefined],
  ])('go to its own addresses alone: a provider with the %s %s is refused', async (name, value) => {
    fake.misbehave({ metadata: (metadata) => ({ ...metadata, [name]: value }) })
    expect(await failureOf(logIn())).toMatchObject({ reason: 'invalid', code: 'endpoint_not_allowed' })
    expect(fake.requests).toEqual(['/.well-known/openid-configuration'])
  })

  it.each(['/token', '/jwks', '/.well-known/openid-configuration'])('end at 256 KiB, at %s', async (path) => {
    let sent = 0
    fake.misbehave({
      handlers: {
        [path]: (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":[],"padding":"')
          const write = () => {
            for (;;) {
              if (response.destroyed) return
              sent += 65_536
              if (!response.write('x'.repeat(65_536))) break
            }
            response.once('drain', write)
          }
          write()
        },
      },
    })
    expect(await failureOf(logIn())).toMatchObject({ reason: 'unavailable', code: 'too_large' })
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  it('end after five seconds, also in the middle of a body', async () => {
    const open: import('node:http').ServerResponse[] = []
    fake.misbehave({
      handlers: {
        '/token': (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' }).write('{')
          open.push(response)
        },
      },
    })
    const started = performance.now()
    expect(await failureOf(logIn())).toMatchObject({ reason: 'unavailable', code: 'too_slow' })
    expect(performance.now() - started).toBeLessThan(8000)
    for (const response of open) response.destroy()
  })

  it('that fail are no login, and the next one works: a provider that is down, and back', async () => {
    fake.misbehave({ handlers: { '/.well-known/openid-configuration': (request) => request.destroy() } })
    expect(await failureOf(logIn())).toMatchObject({ reason: 'unavailable', code: 'unreachable' })
    fake.misbehave({ handlers: { '/.well-known/openid-configuration': (_, response) => response.writeHead(500).end() } })
    expect((await failureOf(logIn())).reason).toBe('unavailable')
    fake.misbehave({})
    expect((await logIn()).subject).toBe('person-1')
  })
})

describe('keys', () => {
  it('OI-2: a new key of the provider is found without a restart, and a key it has no more is refused', async () => {
    await logIn()
    const former = await fake.idToken({ nonce: sha256(SECRETS.nonce) })
    await fake.rotate()
    expect((await logIn({}, { now: later(10_000) })).subject).toBe('person-1')
    expect((await failureOf(identityFromIdToken(fake.provider, former, SECRETS.nonce, later(11_000)))).reason).toBe('invalid')
  })

  it('tokens of unknown keys make it asked once in ten seconds', async () => {
    await logIn()
    const countOfKeyRequests = () => fake.requests.filter((path) => path === '/jwks').length
    fake.misbehave({ header: { kid: 'unknown' } })
    for (let attempt = 0; attempt < 5; attempt++) await failureOf(logIn({}, { now: later(5000) }))
    expect(countOfKeyRequests()).toBe(1)
    for (let attempt = 0; attempt < 5; attempt++) await failureOf(logIn({}, { now: later(10_000 + attempt) }))
    expect(countOfKeyRequests()).toBe(2)
  })

  it('metadata is asked for anew after an hour', async () => {
    await logIn()
    await logIn({}, { now: later(3_600_000) })
    expect(fake.requests.filter((path) => path === '/.well-known/openid-configuration')).toHaveLength(2)
  })
})

describe('an ID token of a native client', () => {
  it.each([
    ['hashed', sha256('of-the-app')],
    ['as it is', 'of-the-app'],
  ])('gives the same, with its expiry, and with the nonce %s', async (_, nonce) => {
    const token = await fake.idToken({ sub: 'ada', nonce, email: 'ada@example.com', email_verified: true })
    const identity = await identityFromIdToken(fake.provider, token, 'of-the-app', NOW)
    expect(identity).toMatchObject({ issuer: fake.issuer, subject: 'ada', email: 'ada@example.com', emailVerified: true })
    expect(Math.abs(identity.expiresAt.getTime() - NOW.getTime() - 300_000)).toBeLessThan(60_000)
  })

  it.each<[string, Record<string, unknown>]>([
    ['of another nonce', { nonce: sha256('of-another-app') }],
    ['without a nonce', {}],
    ['for another client', { nonce: sha256('of-the-app'), aud: 'another-client' }],
    ['of another issuer', { nonce: sha256('of-the-app'), iss: 'https://evil.example' }],
    ['of eleven minutes ago', { nonce: sha256('of-the-app'), iat: Math.floor(NOW.getTime() / 1000) - 660 }],
  ])('OI-2: is refused %s', async (_, claims) => {
    const failure = await failureOf(identityFromIdToken(fake.provider, await fake.idToken(claims), 'of-the-app', NOW))
    expect(failure.reason).toBe('invalid')
  })

  it('may be for an app that is known by an id of its own, which gets no code exchanged by that', async () => {
    const token = await fake.idToken({ sub: 'ada', nonce: sha256('of-the-app'), aud: 'app.of.ours' })
    expect((await identityFromIdToken(fake.provider, token, 'of-the-app', NOW)).subject).toBe('ada')
    fake.misbehave({ claims: (claims) => ({ ...claims, aud: 'app.of.ours' }) })
    expect((await failureOf(logIn())).reason).toBe('invalid')
  })

  it('OI-2: is refused unsigned, with another key and as no token at all', async () => {
    const good = await fake.idToken({ nonce: sha256('of-the-app') })
    const [header, body] = good.split('.')
    for (const token of [
      '',
      'x',
      `${header}.${body}.`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`,
      `${good.slice(0, -6)}AAAAAA`,
    ]) {
      expect((await failureOf(identityFromIdToken(fake.provider, token, 'of-the-app', NOW))).reason, token).toBe('invalid')
    }
  })
})

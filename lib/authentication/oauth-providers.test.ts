/** GitHub's OAuth 2.0, as GitHub Enterprise at an address of its own, and Facebook's at one of this machine. */
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderClient } from '../settings-resources.ts'
import { resetState } from '../testing/process-states.ts'
import { ProviderFailure, type ReadyProvider } from './external-identity.ts'
import { authorizationUrl, identityFromCode, identityFromIdToken } from './identity-provider.ts'
import { oauthProvider } from './oauth-providers.ts'

const NOW = new Date()
const CALLBACK = 'https://accounts.example.com/api/accounts/login/oidc/theirs/callback/'
const SECRETS = { state: 'the-state-of-this-login', nonce: 'the-nonce-of-this-login', verifier: 'v'.repeat(43) }
const SECRET = 'secret-of-the-app'

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

let provider: ReadyProvider
let answers: Record<string, Answer>
const requests: string[] = []
const codes = new Map<string, URLSearchParams>()

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))

/** A token endpoint. @param refuse what it answers where the code, its verifier or the app's secret is wrong */
const token =
  (accessToken: string, refuse: (response: ServerResponse) => unknown): Answer =>
  async (request, response) => {
    const sent = new URLSearchParams(await text(request))
    const asked = codes.get(sent.get('code') ?? '')
    codes.delete(sent.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(sent.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight = asked?.get('code_challenge') === challenge && sent.get('client_secret') === SECRET
    return isRight ? json(response, { access_token: accessToken, token_type: 'bearer', expires_in: 3600 }) : refuse(response)
  }

const redirect: Answer = (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://base.invalid').pathname
  requests.push(path)
  const answer = answers[path]
  if (answer) void answer(request, response)
  else json(response, {}, 404)
})

let issuer: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  resetState()
  requests.splice(0)
})

const providerOf = (kind: 'github' | 'facebook', scope: string): ReadyProvider => ({
  id: kind,
  name: kind,
  client: { kind, issuer, clientId: 'latchkey', clientSecret: SECRET, nativeClientIds: [], scope, linksVerifiedEmail: false },
})

async function logIn(secrets = SECRETS) {
  const url = await authorizationUrl(provider, SECRETS, CALLBACK, NOW)
  const code = randomUUID()
  codes.set(code, url.searchParams)
  const callback = new URL(CALLBACK)
  callback.search = new URLSearchParams({ code, state: url.searchParams.get('state') ?? '' }).toString()
  return identityFromCode(provider, { callback, ...secrets }, NOW)
}

async function failureOf(login: Promise<unknown>): Promise<ProviderFailure> {
  const error = await login.catch((failure: unknown) => failure)
  if (!(error instanceof ProviderFailure)) throw new Error('it did not fail as it should', { cause: error })
  return error
}

describe('GitHub', () => {
  const ADA = { id: 583231, login: 'ada', name: 'Ada Lovelace', email: 'public@example.com' }
  const EMAILS = [
    { email: 'old@example.com', primary: false, verified: true },
    { email: 'Ada@example.com', primary: true, verified: true },
  ]

  beforeEach(() => {
    provider = providerOf('github', 'read:user user:email')
    const withToken =
      (body: unknown): Answer =>
      ({ headers }, response) =>
        headers.authorization === 'Bearer gho_token' && headers['user-agent'] ? json(response, body) : json(response, {}, 401)
    answers = {
      // GitHub answers 200 with an error, too.
      '/login/oauth/access_token': token('gho_token', (response) =>
        json(response, { error: 'bad_verification_code', error_description: 'SECRET-DESCRIPTION' }),
      ),
      '/api/v3/user': withToken(ADA),
      '/api/v3/user/emails': withToken(EMAILS),
    }
  })

  it('OI-1: the request has a state and an S256 challenge of PKCE, and asks GitHub for nothing', async () => {
    const url = await authorizationUrl(provider, SECRETS, CALLBACK, NOW)
    expect(url.pathname).toBe('/login/oauth/authorize')
    const { code_challenge, ...parameters } = Object.fromEntries(url.searchParams)
    expect(parameters).toEqual({
      client_id: 'latchkey',
      code_challenge_method: 'S256',
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'read:user user:email',
      state: SECRETS.state,
    })
    expect(code_challenge).toHaveLength(43)
    expect(requests).toEqual([])
  })

  it('OI-3: an account is its number, and its address is the primary one, never the public one', async () => {
    expect(await logIn()).toEqual({
      issuer,
      subject: '583231',
      email: 'ada@example.com',
      emailVerified: true,
      name: 'Ada Lovelace',
    })
  })

  it.each([
    ['an address that GitHub has not verified', [{ email: 'ada@example.com', primary: true, verified: false }], 'ada@example.com'],
    ['a verified address that is not the primary one', [{ email: 'ada@example.com', primary: false, verified: true }], null],
    ['no address', [], null],
  ])('OI-4: %s does not count as verified', async (_, emails, email) => {
    answers['/api/v3/user/emails'] = (_request, response) => json(response, emails)
    expect(await logIn()).toMatchObject({ email, emailVerified: false })
  })

  it('OI-1: a code is refused without its verifier, a state that is another’s before the code is sent', async () => {
    expect((await failureOf(logIn({ ...SECRETS, verifier: 'w'.repeat(43) }))).reason).toBe('invalid')
    requests.splice(0)
    expect((await failureOf(logIn({ ...SECRETS, state: 'of-another-login' }))).reason).toBe('invalid')
    expect(requests).toEqual([])
  })

  it.each<[string, string, Answer, string]>([
    ['is down', '/api/v3/user', (request) => request.destroy(), 'unavailable'],
    ['answers 500', '/api/v3/user', (_, response) => json(response, {}, 500), 'unavailable'],
    ['redirects', '/api/v3/user', redirect, 'unavailable'],
    ['names no number', '/api/v3/user', (_, response) => json(response, { id: 'ada' }), 'invalid'],
    ['answers no JSON', '/api/v3/user/emails', (_, response) => response.writeHead(200).end('<html>'), 'invalid'],
    ['redirects the code', '/login/oauth/access_token', redirect, 'unavailable'],
  ])('OI-5: a GitHub that %s signs no one in', async (_, path, answer, reason) => {
    answers[path] = answer
    expect((await failureOf(logIn())).reason).toBe(reason)
  })

  it('has no ID tokens: one that a native client shows is refused', async () => {
    expect(await failureOf(identityFromIdToken(provider, 'x.y.z', 'nonce', NOW))).toMatchObject({ reason: 'invalid', code: 'no_id_tokens' })
  })
})

describe('Facebook', () => {
  const ADA = { id: '10158000000000001', name: 'Ada Lovelace', email: 'Ada@example.com' }
  const TOKEN = 'EAAB-token'
  const PROOF = createHmac('sha256', SECRET).update(TOKEN).digest('hex')
  // Not as OAuth 2.0 has it: an object.
  const error = (response: ServerResponse, status = 400) =>
    json(response, { error: { message: 'SECRET-DESCRIPTION', type: 'OAuthException', code: 100 } }, status)

  beforeEach(() => {
    provider = providerOf('facebook', 'public_profile email')
    answers = {
      '/v26.0/oauth/access_token': token(TOKEN, error),
      '/v26.0/me': ({ headers, url = '' }, response) => {
        const asked = new URL(url, issuer).searchParams
        const isRight = headers.authorization === `Bearer ${TOKEN}` && asked.get('appsecret_proof') === PROOF
        return isRight && asked.get('fields') === 'id,name,email' ? json(response, ADA) : error(response)
      },
    }
  })

  it('OI-1: the request has a state and an S256 challenge of PKCE, and asks Facebook for nothing', async () => {
    const url = await authorizationUrl(provider, SECRETS, CALLBACK, NOW)
    expect(url.pathname).toBe('/v26.0/dialog/oauth')
    expect(url.searchParams.get('code_challenge')).toHaveLength(43)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      state: SECRETS.state,
      redirect_uri: CALLBACK,
    })
    expect(requests).toEqual([])
  })

  it('asks a person who is signed in there who they are once more, for step-up alone', async () => {
    const asked = async (again: boolean) => (await authorizationUrl(provider, SECRETS, CALLBACK, NOW, { again })).searchParams
    expect((await asked(true)).get('auth_type')).toBe('reauthenticate')
    expect((await asked(false)).has('auth_type')).toBe(false)
  })

  it('is asked at its own hosts', async () => {
    const client = { ...provider.client, issuer: 'https://www.facebook.com' } as ProviderClient
    expect(oauthProvider(client)).toMatchObject({
      metadata: {
        authorization_endpoint: 'https://www.facebook.com/v26.0/dialog/oauth',
        token_endpoint: 'https://graph.facebook.com/v26.0/oauth/access_token',
      },
      addresses: ['https://graph.facebook.com/v26.0/me'],
    })
  })

  it('OI-4: an account is its number, and its address never counts as verified', async () => {
    expect(await logIn()).toEqual({ issuer, subject: ADA.id, email: 'ada@example.com', emailVerified: false, name: 'Ada Lovelace' })
    answers['/v26.0/me'] = (_, response) => json(response, { ...ADA, verified: true, email_verified: true })
    expect((await logIn()).emailVerified).toBe(false)
  })

  it('a person who does not share an address has none', async () => {
    answers['/v26.0/me'] = (_, response) => json(response, { id: ADA.id, name: ADA.name })
    expect(await logIn()).toMatchObject({ subject: ADA.id, email: null, emailVerified: false })
  })

  it('asks with a proof that it has the app’s secret, and signs no one in with a wrong one', async () => {
    const client = { ...provider.client, clientSecret: 'another-secret' } as ProviderClient
    answers['/v26.0/oauth/access_token'] = (_, response) => json(response, { access_token: TOKEN, token_type: 'bearer' })
    expect((await logIn()).subject).toBe(ADA.id)
    provider = { ...provider, client }
    expect(await failureOf(logIn())).toMatchObject({ reason: 'unavailable', code: 'user_400' })
  })

  it('OI-1: a code is refused without its verifier, and a second time', async () => {
    expect((await failureOf(logIn({ ...SECRETS, verifier: 'w'.repeat(43) }))).reason).toBe('invalid')
    const callback = new URL(`${CALLBACK}?code=used&state=${SECRETS.state}`)
    expect((await failureOf(identityFromCode(provider, { callback, ...SECRETS }, NOW))).reason).toBe('invalid')
  })

  it('a person who says no is a denial', async () => {
    const parameters = { error: 'access_denied', error_reason: 'user_denied', error_description: 'Permissions+error', state: SECRETS.state }
    const callback = new URL(`${CALLBACK}?${new URLSearchParams(parameters)}`)
    expect((await failureOf(identityFromCode(provider, { callback, ...SECRETS }, NOW))).reason).toBe('denied')
  })

  it.each<[string, string, Answer, string]>([
    ['is down', '/v26.0/me', (request) => request.destroy(), 'unavailable'],
    ['answers an error', '/v26.0/me', (_, response) => error(response, 500), 'unavailable'],
    ['limits how often it is asked', '/v26.0/oauth/access_token', (_, response) => error(response, 429), 'unavailable'],
    ['redirects', '/v26.0/me', redirect, 'unavailable'],
    ['redirects the code', '/v26.0/oauth/access_token', redirect, 'unavailable'],
    ['names no number', '/v26.0/me', (_, response) => json(response, { id: 'ada' }), 'invalid'],
    ['says nothing', '/v26.0/me', (_, response) => json(response, {}), 'invalid'],
    ['answers no JSON', '/v26.0/me', (_, response) => response.writeHead(200).end('<html>'), 'invalid'],
  ])('OI-5: a Facebook that %s signs no one in', async (_, path, answer, reason) => {
    answers[path] = answer
    const failure = await failureOf(logIn())
    expect(failure.reason).toBe(reason)
    expect(`${failure.message} ${failure.code}`).not.toContain('SECRET-DESCRIPTION')
  })

  it('has no ID tokens that count here: one that a native client shows is refused', async () => {
    expect(await failureOf(identityFromIdToken(provider, 'x.y.z', 'nonce', NOW))).toMatchObject({ code: 'no_id_tokens' })
  })
})

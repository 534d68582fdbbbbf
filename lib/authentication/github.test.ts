/** GitHub's OAuth 2.0, as GitHub Enterprise at an address of its own. */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { resetState } from '../testing/process-states.ts'
import { ProviderFailure, type ReadyProvider } from './external-identity.ts'
import { authorizationUrl, identityFromCode, identityFromIdToken } from './identity-provider.ts'

const NOW = new Date()
const CALLBACK = 'https://accounts.example.com/api/accounts/login/oidc/github/callback/'
const SECRETS = { state: 'the-state-of-this-login', nonce: 'the-nonce-of-this-login', verifier: 'v'.repeat(43) }
const ADA = { id: 583231, login: 'ada', name: 'Ada Lovelace', email: 'public@example.com' }
const EMAILS = [
  { email: 'old@example.com', primary: false, verified: true },
  { email: 'Ada@example.com', primary: true, verified: true },
]

let provider: ReadyProvider
let answers: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>
const requests: string[] = []
const codes = new Map<string, URLSearchParams>()

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))

async function token(request: IncomingMessage, response: ServerResponse) {
  const sent = new URLSearchParams(await text(request))
  const asked = codes.get(sent.get('code') ?? '')
  codes.delete(sent.get('code') ?? '')
  const challenge = createHash('sha256')
    .update(sent.get('code_verifier') ?? '')
    .digest('base64url')
  const isRight = asked?.get('code_challenge') === challenge && sent.get('client_secret') === provider.client.clientSecret
  // GitHub answers 200 with an error, too.
  if (!isRight) return json(response, { error: 'bad_verification_code', error_description: 'SECRET-DESCRIPTION' })
  return json(response, { access_token: 'gho_token', token_type: 'bearer', scope: 'read:user,user:email' })
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://base.invalid').pathname
  requests.push(path)
  const answer = answers[path]
  if (answer) void answer(request, response)
  else json(response, {}, 404)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { issuer, clientId: 'latchkey', clientSecret: 'secret-of-the-app', scope: 'read:user user:email' }
  provider = { id: 'github', name: 'GitHub', client: { ...client, kind: 'github', linksVerifiedEmail: false } }
})
afterAll(() => server.close())
beforeEach(() => {
  resetState()
  requests.splice(0)
  const withToken = (body: unknown) => (request: IncomingMessage, response: ServerResponse) =>
    request.headers.authorization === 'Bearer gho_token' && request.headers['user-agent'] ? json(response, body) : json(response, {}, 401)
  answers = { '/login/oauth/access_token': token, '/api/v3/user': withToken(ADA), '/api/v3/user/emails': withToken(EMAILS) }
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
    issuer: provider.client.issuer,
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

it.each<[string, string, (request: IncomingMessage, response: ServerResponse) => unknown, string]>([
  ['is down', '/api/v3/user', (request) => request.destroy(), 'unavailable'],
  ['answers 500', '/api/v3/user', (_, response) => json(response, {}, 500), 'unavailable'],
  ['redirects', '/api/v3/user', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 'unavailable'],
  ['names no number', '/api/v3/user', (_, response) => json(response, { id: 'ada' }), 'invalid'],
  ['answers no JSON', '/api/v3/user/emails', (_, response) => response.writeHead(200).end('<html>'), 'invalid'],
  [
    'redirects the code',
    '/login/oauth/access_token',
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    'unavailable',
  ],
])('OI-5: a GitHub that %s signs no one in', async (_, path, answer, reason) => {
  answers[path] = answer
  expect((await failureOf(logIn())).reason).toBe(reason)
})

it('has no ID tokens: one that a native client shows is refused', async () => {
  expect(await failureOf(identityFromIdToken(provider, 'x.y.z', 'nonce', NOW))).toMatchObject({ reason: 'invalid', code: 'no_id_tokens' })
})

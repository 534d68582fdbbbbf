/** For tests: an OpenID provider on loopback that does what it is told, also what none should do. */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose'
import { escapeHtml } from '../../html.ts'
import type { ReadyProvider } from '../external-identity.ts'

type Json = Record<string, unknown>
type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** What differs from a good provider. */
export interface Misbehavior {
  metadata?: (metadata: Json) => Json
  /** @returns undefined leaves a claim out */
  claims?: (claims: Json) => Json
  header?: Partial<JWTHeaderParameters>
  /** Makes another token of the right one. */
  idToken?: (token: string) => string
  userinfo?: (claims: Json) => Json
  /** Answers in place of an endpoint, by its path. */
  handlers?: Record<string, Handler>
  /** What the browser brings back besides. */
  callback?: (parameters: Json) => Json
}

export interface FakeProvider {
  issuer: string
  /** Paths that were asked for, in order. */
  requests: string[]
  misbehave: (misbehavior: Misbehavior) => void
  /** As the settings have it. */
  provider: ReadyProvider
  /** Replaces its key by a new one. */
  rotate: () => Promise<void>
  /** Signs a person in: where the browser is led back to. One that answers with a form posts the query's parameters there. */
  signIn: (authorizationUrl: URL, person?: Json) => URL
  /** Whom its page signs in, of a browser that comes there; Apple's `user` is what is posted beside the response. */
  become: (person: Json, user?: Json) => void
  idToken: (claims?: Json) => Promise<string>
  stop: () => Promise<void>
}

export const CLIENT_ID = 'latchkey'
export const CLIENT_SECRET = 'client-secret-of-the-fake-provider'
const APPLE_KEY = { id: 'KEY1234567', teamId: 'TEAM123456', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const kid = randomUUID()
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}

/** Whether a form is of our client at Apple (Sign in with Apple, "Creating a client secret"). */
async function isAppleClient(sent: URLSearchParams, audience: string): Promise<boolean> {
  const expected = { issuer: APPLE_KEY.teamId, subject: CLIENT_ID, audience, algorithms: ['ES256'], requiredClaims: ['iat', 'exp'] }
  const verified = await jwtVerify(sent.get('client_secret') ?? '', APPLE_KEY.publicKey, expected).catch(() => null)
  if (!verified || sent.get('client_id') !== CLIENT_ID || verified.protectedHeader.kid !== APPLE_KEY.id) return false
  return Number(verified.payload.exp) - Number(verified.payload.iat) <= 15_777_000
}

/** @param kind `apple`: one that is at another site than this machine's servers, and answers with a form */
export async function startFakeProvider(kind: 'oidc' | 'apple' = 'oidc'): Promise<FakeProvider> {
  const isApple = kind === 'apple'
  const host = isApple ? 'localhost' : '127.0.0.1'
  let key = await newKey()
  let odd: Misbehavior = {}
  const requests: string[] = []
  const codes = new Map<string, { parameters: URLSearchParams; person: Json }>()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname
    requests.push(path)
    const handler = odd.handlers?.[path] ?? handlers[path]
    if (handler) handler(request, response)
    else json(response, { error: 'not_found' }, 404)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`

  const idToken = async (given: Json = {}) => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: issuer, aud: CLIENT_ID, sub: 'person-1', iat: now, exp: now + 300, ...given }
    const told = odd.claims?.(claims) ?? claims
    const signed = await new SignJWT(told).setProtectedHeader({ alg: 'RS256', kid: key.kid, ...odd.header }).sign(key.privateKey)
    return odd.idToken?.(signed) ?? signed
  }

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    ...(!isApple && { userinfo_endpoint: `${issuer}/userinfo`, authorization_response_iss_parameter_supported: true }),
    ...(isApple && { token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  })

  let lastPerson: Json = {}
  let visitor: { person: Json; user?: Json | undefined } = { person: {} }
  const handlers: Record<string, Handler> = {
    '/.well-known/openid-configuration': (_, response) => json(response, odd.metadata?.(metadata()) ?? metadata()),
    '/jwks': (_, response) => json(response, { keys: [key.jwk] }),
    '/token': async (request, response) => {
      const sent = new URLSearchParams(await text(request))
      const issued = codes.get(sent.get('code') ?? '')
      codes.delete(sent.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(sent.get('code_verifier') ?? '')
        .digest('base64url')
      const isRight =
        issued?.parameters.get('code_challenge') === challenge && issued.parameters.get('redirect_uri') === sent.get('redirect_uri')
      const basic = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`
      // Left and right of the colon are encoded as in forms (RFC 6749 §2.3.1).
      const isClient = isApple
        ? await isAppleClient(sent, issuer)
        : decodeURIComponent(Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString()) === atob(basic.slice(6))
      if (!issued || !isRight || !isClient) return json(response, { error: 'invalid_grant', error_description: 'SECRET-DESCRIPTION' }, 400)
      const nonce = issued.parameters.get('nonce')
      lastPerson = { sub: 'person-1', ...issued.person }
      const id_token = await idToken({ ...lastPerson, ...(nonce !== null && { nonce }) })
      json(response, { access_token: randomUUID(), token_type: 'Bearer', expires_in: 60, id_token })
    },
    '/authorize': (request, response) => {
      const callback = signIn(new URL(request.url ?? '/', issuer), visitor.person)
      const fields = [...callback.searchParams, ...(visitor.user ? [['user', JSON.stringify(visitor.user)]] : [])]
      const inputs = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value ?? '')}">`)
      const form = `<form method="post" action="${callback.origin + callback.pathname}">${inputs.join('')}<button>Allow</button></form>`
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Fake</title>${form}`)
    },
    '/userinfo': (_, response) => json(response, odd.userinfo?.(lastPerson) ?? lastPerson),
  }

  const signIn = (authorizationUrl: URL, person: Json = {}) => {
    const parameters = authorizationUrl.searchParams
    const code = randomUUID()
    codes.set(code, { parameters, person })
    const good = { code, state: parameters.get('state'), ...(!isApple && { iss: issuer }) }
    const callback = new URL(parameters.get('redirect_uri') ?? '')
    for (const [name, value] of Object.entries(odd.callback?.(good) ?? good))
      if (value !== undefined) callback.searchParams.set(name, String(value))
    return callback
  }

  return {
    issuer,
    requests,
    misbehave: (misbehavior) => {
      odd = misbehavior
    },
    provider: {
      id: 'fake',
      name: 'Fake',
      client: {
        ...(kind === 'apple' ? { kind, key: APPLE_KEY } : { kind, clientSecret: CLIENT_SECRET }),
        issuer,
        clientId: CLIENT_ID,
        nativeClientIds: ['app.of.ours'],
        scope: isApple ? 'name email' : 'openid email profile',
        linksVerifiedEmail: false,
      },
    },
    rotate: async () => {
      key = await newKey()
    },
    signIn,
    become: (person, user) => {
      visitor = { person, user }
    },
    idToken,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

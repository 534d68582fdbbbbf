/** For tests: oidc-provider on loopback, whose users sign in and consent without a page. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import type { ReadyProvider } from '../external-identity.ts'

export interface RealProvider {
  issuer: string
  /** As the settings have it. */
  provider: ReadyProvider
  /** What it says of its users, by their subjects. */
  people: Map<string, Record<string, unknown>>
  /** Signs a person in, as their browser would: where it leads back to. */
  signIn: (authorizationUrl: URL, subject: string) => Promise<URL>
  /** Whom its page signs in, of a browser that comes there. */
  become: (subject: string) => void
  /** Replaces its key by a new one. */
  rotate: () => void
  /** Lets another site's people sign in. */
  register: (redirectUri: string) => void
  stop: () => Promise<void>
}

const CLIENT = { client_id: 'latchkey', client_secret: 'client-secret-of-the-real-provider' }

/** @param redirectUri of the site that people sign in to */
export async function startRealProvider(redirectUri: string): Promise<RealProvider> {
  const redirectUris = [redirectUri]
  let op: Provider
  let subject = ''
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const people = new Map<string, Record<string, unknown>>()

  const rotate = () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    op = new Provider(issuer, {
      clients: [{ ...CLIENT, redirect_uris: redirectUris }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      cookies: { keys: ['of-this-test-alone'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: async () => ({ sub, ...people.get(sub) }) }),
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' }] },
    })
  }
  rotate()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.url?.startsWith('/interaction/')) return op.callback()(request, response)
    const { params } = await op.interactionDetails(request, response)
    const grant = new op.Grant({ accountId: subject, clientId: String(params.client_id) })
    grant.addOIDCScope(String(params.scope))
    const grantId = await grant.save()
    return op.interactionFinished(request, response, { login: { accountId: subject }, consent: { grantId } })
  }

  const signIn = async (authorizationUrl: URL, who: string) => {
    subject = who
    const cookies = new Map<string, string>()
    let url = authorizationUrl
    for (let step = 0; step < 8 && !redirectUris.includes(url.href.split('?')[0] as string); step++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
      await response.arrayBuffer()
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        cookies.set(name, value)
      }
      url = new URL(response.headers.get('location') ?? `about:status-${response.status}`, url)
    }
    return url
  }

  const client = {
    kind: 'oidc' as const,
    issuer,
    clientId: CLIENT.client_id,
    nativeClientIds: [],
    clientSecret: CLIENT.client_secret,
    scope: 'openid email profile',
  }
  return {
    issuer,
    people,
    signIn,
    become: (who) => {
      subject = who
    },
    rotate,
    register: (uri) => {
      // Each time its key is a new one, which a site that has just asked for the keys does not ask for again at once.
      if (redirectUris.includes(uri)) return
      redirectUris.push(uri)
      rotate()
    },
    provider: { id: 'real', name: 'Real', client: { ...client, linksVerifiedEmail: false } },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

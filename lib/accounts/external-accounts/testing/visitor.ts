/** For tests: a browser that signs in at an identity provider. */
import { type FakeProvider, startFakeProvider } from '../../../authentication/testing/fake-provider.ts'
import { readFlash } from '../../../http/flash.ts'
import { formHeaders, HTML, parseSetCookie } from '../../../http/testing/cookies.ts'
import type { Answer } from '../../../http/testing/send.ts'
import type { App } from '../../../http/testing/start-app.ts'
import type { Env } from '../../../http/testing/test-server.ts'

type Person = Record<string, unknown>

export interface Visitor {
  /** Its Cookie header, which a test may change. */
  jar: Map<string, string>
  post: (path: string, form?: Record<string, string>) => Promise<Answer>
  /** Follows a link of another site. */
  open: (path: string) => Promise<Answer>
  /** Presses "Continue with …". @returns the provider's login page */
  begin: (id: string, form?: Record<string, string>, action?: 'start' | 'link' | 'confirm') => Promise<URL>
  /** From the button to the answer that it comes back with. */
  signIn: (id: string, provider: FakeProvider, person?: Person, action?: 'start' | 'link' | 'confirm') => Promise<Answer>
  /** The error codes that the next page shows. */
  errors: () => string[]
}

export const pathOf = ({ pathname, search }: URL) => pathname + search

/** Where the page leads that leaves for another site. @throws for any other answer */
export function leadsTo({ status, text }: Answer): URL {
  const [, url] = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(text) ?? []
  if (status !== 200 || url === undefined) throw new Error(`leads nowhere: ${status} ${text}`)
  return new URL(url.replaceAll('&amp;', '&'))
}

export function newVisitor({ call }: App): Visitor {
  const jar = new Map<string, string>()
  const send = async (path: string, headers: Record<string, string>, form?: Record<string, string>) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await call(path, { headers: { ...headers, ...(cookie !== '' && { cookie }) }, ...(form && { form }) })
    for (const { name, value } of answer.cookies.map(parseSetCookie)) {
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  const post: Visitor['post'] = (path, form = {}) => send(path, formHeaders, form)
  const open: Visitor['open'] = (path) => send(path, { accept: HTML, 'sec-fetch-site': 'cross-site' })
  const begin: Visitor['begin'] = async (id, form = {}, action = 'start') =>
    leadsTo(await post(`/api/accounts/login/oidc/${id}/${action}/`, form))
  return {
    jar,
    post,
    open,
    begin,
    signIn: async (id, provider, person, action) => open(pathOf(provider.signIn(await begin(id, {}, action), person))),
    errors: () => readFlash(`latchkey_flash=${jar.get('latchkey_flash')}`)?.errors?.non_field_errors ?? [],
  }
}

/** Settings for a provider of tests. */
export function providerEnv(id: string, { provider: { client } }: Pick<FakeProvider, 'provider'>, more: Env = {}): Env {
  const prefix = `OIDC_${id.toUpperCase()}_`
  const credentials =
    client.kind === 'apple'
      ? {
          [`${prefix}TEAM_ID`]: client.key.teamId,
          [`${prefix}KEY_ID`]: client.key.id,
          [`${prefix}PRIVATE_KEY`]: client.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        }
      : { [`${prefix}CLIENT_SECRET`]: client.clientSecret }
  return { [`${prefix}ISSUER`]: client.issuer, [`${prefix}CLIENT_ID`]: client.clientId, ...credentials, ...more }
}

/** A provider that the tests of a file share; each has people of its own. */
export async function shareProvider(atEnd: (stop: () => Promise<void>) => void, kind?: 'apple'): Promise<FakeProvider> {
  const provider = await startFakeProvider(kind)
  atEnd(provider.stop)
  return provider
}

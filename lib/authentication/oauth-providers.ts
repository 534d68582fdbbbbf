/**
 * Providers with OAuth 2.0 alone, which have neither metadata nor ID tokens: who signed in is asked for with the access token, which
 * is used for nothing else and kept nowhere.
 */
import { createHmac } from 'node:crypto'
import * as openid from 'openid-client'
import * as z from 'zod/mini'
import { canonicalEmail } from '../fields/credentials.ts'
import type { ProviderClient, SecretClient } from '../settings-resources.ts'
import { type ExternalIdentity, ProviderFailure, toName } from './external-identity.ts'

interface OAuthProvider {
  /** What a provider of OpenID Connect says of itself. */
  metadata: openid.ServerMetadata
  /** Where it is asked who signed in. */
  addresses: string[]
  /** What has it ask a person who is signed in there who they are once more. */
  again: Record<string, string>
  /** Who an access token belongs to. @throws ProviderFailure */
  identify(config: openid.Configuration, accessToken: string): Promise<ExternalIdentity>
}

/** Undefined for a provider of OpenID Connect. */
export function oauthProvider(client: ProviderClient): OAuthProvider | undefined {
  if (client.kind === 'github') return github(client)
  return client.kind === 'facebook' ? facebook(client) : undefined
}

const githubUser = z.object({ id: z.int(), name: z.optional(z.nullable(z.string())) })
const githubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** GitHub, also GitHub Enterprise at an address of its own. An account is its number: its login can become another person's. */
function github({ issuer }: SecretClient): OAuthProvider {
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`
  const [user, emails] = [`${api}/user`, `${api}/user/emails`]
  return {
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/login/oauth/authorize`,
      token_endpoint: `${issuer}/login/oauth/access_token`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    },
    addresses: [user, emails],
    again: {},
    async identify(config, accessToken) {
      const accept = 'application/vnd.github+json'
      const { id, name } = await read(config, accessToken, user, githubUser, accept)
      const primary = (await read(config, accessToken, emails, githubEmails, accept)).find((one) => one.primary)
      const email = primary === undefined ? null : canonicalEmail(primary.email)
      return { issuer, subject: String(id), email, emailVerified: email !== null && primary?.verified === true, name: toName(name) }
    },
  }
}

/** A version of Facebook's Graph API is served for two years or more; a later one is served in place of a version that has ended. */
const GRAPH_VERSION = 'v26.0'

const facebookUser = z.object({ id: z.string().check(z.regex(/^\d{1,64}$/)), name: z.optional(z.string()), email: z.optional(z.string()) })

/** Facebook. It does not say whether it has verified an address, and a person need not share one. */
function facebook({ issuer, clientSecret }: SecretClient): OAuthProvider {
  const graph = `${issuer.replace('//www.', '//graph.')}/${GRAPH_VERSION}`
  const me = `${graph}/me`
  return {
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/${GRAPH_VERSION}/dialog/oauth`,
      token_endpoint: `${graph}/oauth/access_token`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    },
    addresses: [me],
    again: { auth_type: 'reauthenticate' },
    async identify(config, accessToken) {
      // Shows that the app itself asks: a stolen access token is worth nothing where the app requires it.
      const proof = createHmac('sha256', clientSecret).update(accessToken).digest('hex')
      const query = new URLSearchParams({ fields: 'id,name,email', appsecret_proof: proof })
      const { id, name, email } = await read(config, accessToken, `${me}?${query}`, facebookUser)
      return { issuer, subject: id, email: email === undefined ? null : canonicalEmail(email), emailVerified: false, name: toName(name) }
    },
  }
}

async function read<Shape extends z.ZodMiniType>(
  config: openid.Configuration,
  accessToken: string,
  address: string,
  shape: Shape,
  accept = 'application/json',
): Promise<z.infer<Shape>> {
  const response = await openid.fetchProtectedResource(config, accessToken, new URL(address), 'GET', null, new Headers({ accept }))
  if (response.status !== 200) throw new ProviderFailure('unavailable', `user_${response.status}`)
  const parsed = shape.safeParse(await response.json().catch(() => null))
  if (!parsed.success) throw new ProviderFailure('invalid', 'user_not_valid')
  return parsed.data
}

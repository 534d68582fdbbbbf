/** What is known of identity providers, and asking them: metadata and keys are fetched once and kept for a time. */
import * as openid from 'openid-client'
import { processValue } from '../process-state.ts'
import type { ProviderClient } from '../settings-resources.ts'
import { appleSecret } from './apple.ts'
import { BackChannelFailure, backChannel } from './back-channel.ts'
import { ProviderFailure, type ReadyProvider } from './external-identity.ts'
import { oauthProvider } from './oauth-providers.ts'

/** How long a provider's metadata is used, in milliseconds. */
const METADATA_LIFETIME = 3_600_000

/** How long keys are used although a token names another one, in milliseconds: tokens must not cause a request each. */
const KEYS_COOLDOWN = 10_000

/** oauth4webapi asks again for an unknown key once the keys are this old, in seconds. */
const REFRESHABLE_AGE = 60

/** How long a request to a provider may take, in seconds; back-channel.ts bounds it, too. */
const TIMEOUT = 5

interface Known {
  metadata: openid.ServerMetadata
  fetchedAt: number
  keys?: { jwks: openid.JWKS; fetchedAt: number }
}

const known = processValue<Map<string, Known>>('identityProviders')

/** What is known of a provider, asked anew when it is too old. A failure is remembered nowhere. */
async function lookUp({ client }: ReadyProvider, now: Date): Promise<Known> {
  known.current ??= new Map()
  const found = known.current.get(client.issuer)
  if (found && now.getTime() - found.fetchedAt < METADATA_LIFETIME) return found
  const looked = {
    ...found,
    metadata: oauthProvider(client)?.metadata ?? (await discover(client)),
    fetchedAt: now.getTime(),
  }
  known.current.set(client.issuer, looked)
  return looked
}

async function discover({ issuer, clientId }: ProviderClient): Promise<openid.ServerMetadata> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { origin, protocol } = new URL(issuer)
  const execute = protocol === 'http:' ? [openid.allowInsecureRequests] : []
  const fetch = backChannel((url) => url === address)
  const options = { execute, timeout: TIMEOUT, [openid.customFetch]: fetch }
  const found = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), options)
  const metadata = { ...found.serverMetadata() } as openid.ServerMetadata
  if (metadata.issuer !== issuer) throw new ProviderFailure('invalid', 'issuer_mismatch')
  // A provider on https must not send people or secrets over plain http, nor a public one to this machine.
  const isAllowed = (url: string | undefined) => URL.canParse(url ?? '') && hasProtocolOf(new URL(url as string), protocol, origin)
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = metadata
  if (![authorization_endpoint, token_endpoint, jwks_uri].every(isAllowed)) throw new ProviderFailure('invalid', 'endpoint_not_allowed')
  if (userinfo_endpoint !== undefined && !isAllowed(userinfo_endpoint)) throw new ProviderFailure('invalid', 'endpoint_not_allowed')
  return metadata
}

/** On plain http, which only a provider on this machine has, everything is at its very origin. */
const hasProtocolOf = (url: URL, protocol: string, origin: string) =>
  protocol === 'http:' ? url.origin === origin : url.protocol === 'https:'

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** The client of one request: the keys are ours, so that their age is, too. */
async function configure({ client }: ReadyProvider, { metadata, keys }: Known, now: Date): Promise<openid.Configuration> {
  const { clientId, issuer } = client
  const clientSecret = client.kind === 'apple' ? await appleSecret(client, now) : client.clientSecret
  const usesPost = metadata.token_endpoint_auth_methods_supported?.includes('client_secret_post')
  const secret = usesPost ? openid.ClientSecretPost(clientSecret) : openid.ClientSecretBasic(clientSecret)
  const config = new openid.Configuration({ ...metadata }, clientId, {}, secret)
  const { token_endpoint, jwks_uri, userinfo_endpoint } = metadata
  const asked = [token_endpoint, jwks_uri, userinfo_endpoint, ...(oauthProvider(client)?.addresses ?? [])]
  const addresses = asked.flatMap((url) => (url === undefined ? [] : [withoutQuery(url)]))
  config[openid.customFetch] = backChannel((url) => addresses.includes(withoutQuery(url)))
  config.timeout = TIMEOUT
  openid.enableNonRepudiationChecks(config)
  if (issuer.startsWith('http:')) openid.allowInsecureRequests(config)
  if (keys) {
    const age = now.getTime() - keys.fetchedAt
    const shown = age < KEYS_COOLDOWN ? 0 : Math.max(REFRESHABLE_AGE, Math.floor(age / 1000))
    openid.setJwksCache(config, { jwks: keys.jwks, uat: Math.floor(Date.now() / 1000) - shown })
  }
  return config
}

/** Keeps the keys that a request has fetched. @param before when those that it began with were fetched, as it was told */
function keepKeys(known: Known, config: openid.Configuration, before: number | undefined, now: Date): void {
  const cache = openid.getJwksCache(config)
  if (cache && cache.uat !== before) known.keys = { jwks: cache.jwks, fetchedAt: now.getTime() }
}

/** Asks a provider something. @throws ProviderFailure */
export async function askProvider<Answer>(
  provider: ReadyProvider,
  now: Date,
  question: (config: openid.Configuration) => Promise<Answer>,
): Promise<Answer> {
  try {
    const known = await lookUp(provider, now)
    const config = await configure(provider, known, now)
    const before = openid.getJwksCache(config)?.uat
    try {
      return await question(config)
    } finally {
      keepKeys(known, config, before, now)
    }
  } catch (error) {
    throw toFailure(error)
  }
}

/** What of openid-client's errors is the provider's being away: it broke off, took too long or answered with no such thing. */
const UNAVAILABLE = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR']

/** Whether a provider has refused a request with an error that is not as OAuth 2.0 has it, as Facebook does. */
const isRefusal = (error: unknown) => error instanceof Error && error.cause instanceof Response && error.cause.status === 400

function toFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof BackChannelFailure) return new ProviderFailure('unavailable', cause.reason, { cause: error })
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  if (error instanceof openid.AuthorizationResponseError) return new ProviderFailure('denied', code, { cause: error })
  return new ProviderFailure(UNAVAILABLE.includes(code) && !isRefusal(error) ? 'unavailable' : 'invalid', code, { cause: error })
}

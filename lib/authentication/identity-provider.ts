/**
 * What an OpenID provider says of who signed in. Everything is verified before it is returned: the response to the authorization
 * request, and signature, issuer, audience, nonce and dates of the ID token (OpenID Connect Core §3.1.3.7, RFC 9207, RFC 9700).
 */
import { decodeJwt, type JWTPayload } from 'jose'
import * as openid from 'openid-client'
import { ApiError } from '../errors.ts'
import { canonicalEmail } from '../fields/credentials.ts'
import { settings } from '../settings.ts'
import { sha256 } from '../tokens/derived-secrets.ts'
import { type ExternalIdentity, ProviderFailure, type ReadyProvider, toName } from './external-identity.ts'
import { oauthProvider } from './oauth-providers.ts'
import { askProvider } from './provider-connection.ts'

/** The secrets of one login at a provider. */
export interface LoginSecrets {
  state: string
  nonce: string
  /** PKCE's. */
  verifier: string
}

/** The providers that people can sign in with, in the order of OIDC_PROVIDERS. */
export const readyProviders = (): ReadyProvider[] =>
  settings().OIDC_PROVIDERS.filter((provider): provider is ReadyProvider => provider.client !== null)

/** @throws ApiError 404 for one that is not declared, 503 for one whose settings are incomplete (OI-7) */
export function requireProvider(id: string): ReadyProvider {
  const found = settings().OIDC_PROVIDERS.find((provider) => provider.id === id)
  if (!found) throw new ApiError(404, { detail: 'Not found.' })
  if (!found.client) throw new ApiError(503, { detail: 'Signing in with this provider is not available.', code: 'provider_unavailable' })
  return found as ReadyProvider
}

/**
 * The address of the provider's login page.
 * @param options `again`: whether a person who is signed in there is asked who they are once more
 * @throws ProviderFailure
 */
export function authorizationUrl(
  provider: ReadyProvider,
  secrets: LoginSecrets,
  redirectUri: string,
  now: Date,
  { again = false } = {},
): Promise<URL> {
  const { client } = provider
  const oauth = oauthProvider(client)
  return askProvider(provider, now, async (config) =>
    openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: client.scope,
      state: secrets.state,
      ...(!oauth && { nonce: secrets.nonce }),
      // Apple tells the name and the address in no other way.
      ...(client.kind === 'apple' && { response_mode: 'form_post' }),
      code_challenge: await openid.calculatePKCECodeChallenge(secrets.verifier),
      code_challenge_method: 'S256',
      ...(again && (oauth?.again ?? { max_age: '0' })),
    }),
  )
}

/** A code as the provider has issued it, and what it was issued for. */
export interface IssuedCode {
  /** Where the provider has led the browser, with the parameters of its response. */
  callback: URL
  /** Undefined where the client has checked it. */
  state?: string
  /** Undefined where the client sent none. */
  nonce?: string | undefined
  verifier: string
  /** Set where the person was asked again: they must not have signed in at the provider before. */
  since?: Date | undefined
}

/** By how much the clocks of a provider and this server may differ, in seconds. */
const CLOCK_TOLERANCE = 60

/** A provider that does not say when is believed: it was asked to ask (OpenID Connect Core §3.1.2.1). @throws ProviderFailure */
function requireSince({ auth_time }: { auth_time?: number }, since: Date | undefined): void {
  if (since !== undefined && auth_time !== undefined && auth_time < since.getTime() / 1000 - CLOCK_TOLERANCE)
    throw new ProviderFailure('invalid', 'authentication_too_old')
}

/** Exchanges a code. @throws ProviderFailure */
export function identityFromCode(provider: ReadyProvider, code: IssuedCode, now: Date): Promise<ExternalIdentity> {
  const oauth = oauthProvider(provider.client)
  return askProvider(provider, now, async (config) => {
    const tokens = await openid.authorizationCodeGrant(config, code.callback, {
      pkceCodeVerifier: code.verifier,
      idTokenExpected: !oauth,
      ...(code.state !== undefined && { expectedState: code.state }),
      ...(code.nonce !== undefined && !oauth && { expectedNonce: code.nonce }),
    })
    if (oauth) return oauth.identify(config, tokens.access_token)
    const claims = tokens.claims()
    if (!claims) throw new ProviderFailure('invalid', 'no_id_token')
    requireSince(claims, code.since)
    // Most providers have the address in the ID token; OpenID Connect asks for it only at the other endpoint.
    const isComplete = claims.email !== undefined || config.serverMetadata().userinfo_endpoint === undefined
    const profile: Record<string, unknown> = isComplete ? {} : await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
    return toIdentity(provider, claims, isComplete ? claims : { ...profile, name: profile.name ?? claims.name })
  })
}

/** How old an ID token may be when a native client shows it, in seconds. */
const MAX_ID_TOKEN_AGE = 600

/**
 * Verifies an ID token that a native client got from the provider, with the nonce that it was asked for with. Where the token
 * holds the nonce's SHA-256 in hex, as the providers' SDKs let an app ask, a copied token is worth nothing without the nonce.
 * @returns with when it expires: until then the caller keeps it from being used twice
 * @throws ProviderFailure
 */
export function identityFromIdToken(
  provider: ReadyProvider,
  idToken: string,
  nonce: string,
  now: Date,
  since?: Date,
): Promise<ExternalIdentity & { expiresAt: Date }> {
  const { aud, nonce: asked } = unverifiedClaims(idToken)
  const clientId = provider.client.nativeClientIds.find((id) => id === aud) ?? provider.client.clientId
  return askProvider({ ...provider, client: { ...provider.client, clientId } }, now, async (config) => {
    if (oauthProvider(provider.client)) throw new ProviderFailure('invalid', 'no_id_tokens')
    openid.useIdTokenResponseType(config)
    const callback = new URL(`http://response.invalid/#${new URLSearchParams({ id_token: idToken })}`)
    const expected = asked === nonce ? nonce : sha256(nonce)
    const claims = await openid.implicitAuthentication(config, callback, expected)
    requireSince(claims, since)
    if (now.getTime() / 1000 - claims.iat > MAX_ID_TOKEN_AGE) throw new ProviderFailure('invalid', 'id_token_too_old')
    return { ...toIdentity(provider, claims, claims), expiresAt: new Date(claims.exp * 1000) }
  })
}

/** What a token says that is not verified yet; nothing where it is no token. */
function unverifiedClaims(idToken: string): JWTPayload {
  try {
    return decodeJwt(idToken)
  } catch {
    return {}
  }
}

/** Longest subject, in characters (OpenID Connect Core §2); of ASCII alone. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/

/** @param profile where the rest is read from, all of it: an address and whether it is verified belong together */
function toIdentity(
  { client: { issuer, kind } }: ReadyProvider,
  { sub }: Record<string, unknown>,
  { email, email_verified, name }: Record<string, unknown>,
): ExternalIdentity {
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) throw new ProviderFailure('invalid', 'subject_not_valid')
  const address = typeof email === 'string' ? canonicalEmail(email) : null
  return {
    issuer,
    subject: sub,
    email: address,
    // The text "false" is no refusal: nothing but the boolean says that it is verified (OI-4). Apple alone may write "true".
    emailVerified: address !== null && (email_verified === true || (kind === 'apple' && email_verified === 'true')),
    name: toName(name),
  }
}

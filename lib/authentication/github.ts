/**
 * GitHub, whose OAuth 2.0 has no ID token: who signed in is asked for with the access token, which is used for nothing else and
 * kept nowhere. GitHub Enterprise works by its own address.
 */
import * as openid from 'openid-client'
import * as z from 'zod/mini'
import { canonicalEmail } from '../fields/credentials.ts'
import type { ProviderClient } from '../settings-resources.ts'
import { type ExternalIdentity, ProviderFailure, toName } from './external-identity.ts'

const PUBLIC = 'https://github.com'

const apiOf = (issuer: string) => (issuer === PUBLIC ? 'https://api.github.com' : `${issuer}/api/v3`)

/** What a provider of OpenID Connect says of itself. */
export const githubMetadata = ({ issuer }: ProviderClient): openid.ServerMetadata => ({
  issuer,
  authorization_endpoint: `${issuer}/login/oauth/authorize`,
  token_endpoint: `${issuer}/login/oauth/access_token`,
  token_endpoint_auth_methods_supported: ['client_secret_post'],
})

/** Where GitHub is asked besides. */
export const githubAddresses = ({ issuer }: ProviderClient): string[] => [`${apiOf(issuer)}/user`, `${apiOf(issuer)}/user/emails`]

const userShape = z.object({ id: z.int(), name: z.optional(z.nullable(z.string())) })
const emailsShape = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** Who an access token belongs to: by the account's number, since its login can become another person's. */
export async function identityFromGithub(
  config: openid.Configuration,
  client: ProviderClient,
  accessToken: string,
): Promise<ExternalIdentity> {
  const [userAddress = '', emailsAddress = ''] = githubAddresses(client)
  const { id, name } = await read(config, accessToken, userAddress, userShape)
  const primary = (await read(config, accessToken, emailsAddress, emailsShape)).find((one) => one.primary)
  const email = primary === undefined ? null : canonicalEmail(primary.email)
  return {
    issuer: client.issuer,
    subject: String(id),
    email,
    emailVerified: email !== null && primary?.verified === true,
    name: toName(name),
  }
}

async function read<Shape extends z.ZodMiniType>(
  config: openid.Configuration,
  accessToken: string,
  address: string,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const headers = new Headers({ accept: 'application/vnd.github+json' })
  const response = await openid.fetchProtectedResource(config, accessToken, new URL(address), 'GET', null, headers)
  if (response.status !== 200) throw new ProviderFailure('unavailable', `github_${response.status}`)
  const parsed = shape.safeParse(await response.json().catch(() => null))
  if (!parsed.success) throw new ProviderFailure('invalid', 'github_answer_not_valid')
  return parsed.data
}

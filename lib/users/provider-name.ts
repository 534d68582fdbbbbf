import { settings } from '../settings.ts'

/** The name of an issuer's provider; the issuer's host where it is configured no more. */
export function providerName(issuer: string): string {
  const provider = settings().OIDC_PROVIDERS.find(({ client }) => client?.issuer === issuer)
  return provider?.name ?? (URL.canParse(issuer) ? new URL(issuer).host : issuer)
}

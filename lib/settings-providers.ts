/** The identity providers that people may sign in with (OpenID Connect), each by settings of its own. */
import type { Report } from './settings-problems.ts'

/** How this site is known to a provider. */
export interface ProviderClient {
  /** How it is asked who signed in. */
  kind: 'oidc' | 'github'
  /** Exactly as the provider's metadata and ID tokens have it. */
  issuer: string
  clientId: string
  clientSecret: string
  /** Separated by spaces. */
  scope: string
  /** Whether a verified email address of the provider links an existing account with the same verified address. */
  linksVerifiedEmail: boolean
}

export interface IdentityProvider {
  /** In paths and in the database's log of what happened. */
  id: string
  /** For people. */
  name: string
  /** Null where its settings are incomplete: then no one can sign in with it. */
  client: ProviderClient | null
}

const PRESETS: Record<string, { name: string; issuer?: string; kind?: 'github'; scope?: string }> = {
  google: { name: 'Google', issuer: 'https://accounts.google.com' },
  gitlab: { name: 'GitLab', issuer: 'https://gitlab.com' },
  // OAuth 2.0 without OpenID Connect (lib/authentication/github.ts).
  github: { name: 'GitHub', issuer: 'https://github.com', kind: 'github', scope: 'read:user user:email' },
  // Its issuer has the tenant's id in it; that of all tenants is no issuer that a token names.
  microsoft: { name: 'Microsoft' },
}

/** What to do about each problem, by its code. */
export const PROVIDER_HINTS: Record<string, string> = {
  E070: 'Write OIDC_PROVIDERS=google,work: lower-case letters, digits and hyphens, each provider once.',
  W070: 'Set it to what the provider shows for this site’s registration, or take the provider off OIDC_PROVIDERS.',
  W071: 'Write the issuer as the provider’s metadata has it, like https://login.example.com/tenant.',
  W072: 'Write openid email profile, with blanks between.',
  W073: 'Write the name that people know the provider by.',
  W074: 'Write true or false.',
}

export const PROVIDER_ID = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/

/** The settings of one provider: OIDC_WORK_ISSUER for `work`. */
const providerSettings = (id: string) => {
  const prefix = `OIDC_${id.toUpperCase().replaceAll('-', '_')}_`
  return {
    name: `${prefix}NAME`,
    issuer: `${prefix}ISSUER`,
    clientId: `${prefix}CLIENT_ID`,
    clientSecret: `${prefix}CLIENT_SECRET`,
    scope: `${prefix}SCOPE`,
    linksVerifiedEmail: `${prefix}LINK_VERIFIED_EMAIL`,
  }
}

/** @param isLoopback whether a host is this machine: there plain http is accepted */
function isIssuer(text: string, isLoopback: (host: string) => boolean): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash, username, password } = new URL(text)
  const isProtected = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
  return isProtected && [search, hash, username, password].every((part) => part === '')
}

/** A name as it fits on a button: one line, without what a page would not show. */
const isName = (text: string) => /^[^\p{C}]{1,40}$/u.test(text)

const isScope = (text: string, kind: ProviderClient['kind']) =>
  /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text) && (kind !== 'oidc' || text.split(' ').includes('openid'))

/**
 * Reads each provider's own settings. What is missing or wrong is a warning: the provider is off, and everything else works (OI-7).
 * @param ids those that OIDC_PROVIDERS names
 */
export function readProviders(
  ids: readonly string[],
  given: Record<string, string | undefined>,
  isLoopback: (host: string) => boolean,
  report: Report,
): IdentityProvider[] {
  return ids.map((id) => {
    const preset = PRESETS[id]
    const names = providerSettings(id)
    const name = given[names.name]?.trim() ?? preset?.name ?? id.charAt(0).toUpperCase() + id.slice(1)
    const issuer = given[names.issuer]?.trim() ?? preset?.issuer
    const clientId = given[names.clientId]
    const clientSecret = given[names.clientSecret]
    const scope = given[names.scope]?.trim() ?? preset?.scope ?? 'openid email profile'
    const kind = preset?.kind ?? 'oidc'
    const links = given[names.linksVerifiedEmail]?.trim().toLowerCase() ?? 'false'
    const off = `Signing in with ${id} is off.`
    const problems = [
      ...(isName(name) ? [] : [['W073', names.name, `It is not a name of 1 to 40 characters. ${off}`]]),
      ...(issuer === undefined ? [['W070', names.issuer, `It is not set. ${off}`]] : []),
      ...(issuer !== undefined && !isIssuer(issuer, isLoopback) ? [['W071', names.issuer, `It is not an https address. ${off}`]] : []),
      ...(clientId?.trim() ? [] : [['W070', names.clientId, `It is not set. ${off}`]]),
      ...(clientSecret?.trim() ? [] : [['W070', names.clientSecret, `It is not set. ${off}`]]),
      ...(isScope(scope, kind) ? [] : [['W072', names.scope, `It is not a list of scopes with openid among them. ${off}`]]),
      ...(['true', 'false'].includes(links) ? [] : [['W074', names.linksVerifiedEmail, `It is neither true nor false. ${off}`]]),
    ] as [code: string, setting: string, message: string][]
    for (const problem of problems) report(...problem)
    if (problems.length > 0 || issuer === undefined || !clientId || !clientSecret)
      return { id, name: isName(name) ? name : id, client: null }
    return { id, name, client: { kind, issuer, clientId, clientSecret, scope, linksVerifiedEmail: links === 'true' } }
  })
}

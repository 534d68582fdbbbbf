/** What settings name outside of this process: this site's address, the SQLite file, the list of breached passwords, identity providers. */
import type { KeyObject } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isReadableByOthers, keyWeakness, readKey, splitSecrets } from './jwt/keys.ts'
import type { Report } from './settings-problems.ts'
import { databaseTarget } from './settings-values.ts'

/** Whether a host is this machine. */
export const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

/** @param production whether the rules of a deployment apply @returns null where it is not accepted */
export function checkAppUrl(text: string | undefined, production: boolean, report: Report): URL | null {
  if (text === undefined) {
    report('E004', 'APP_URL', 'It is not set; links and redirects must not be guessed from requests.')
    return null
  }
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    report('E005', 'APP_URL', 'It is not an http or https origin.')
    return null
  }
  if (production && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    report('E006', 'APP_URL', 'It is plain http on a host that is not this machine; passwords would travel in clear.')
    return null
  }
  return url
}

interface Client {
  /** Exactly as the provider's metadata and ID tokens have it. */
  issuer: string
  clientId: string
  /** How apps of ours are known to the provider, where they are known by other ids: their ID tokens name those. */
  nativeClientIds: string[]
  /** Separated by spaces. */
  scope: string
  /** Whether a verified email address of the provider links an existing account with the same verified address. */
  linksVerifiedEmail: boolean
}

export interface SecretClient extends Client {
  kind: 'oidc' | 'github' | 'facebook'
  clientSecret: string
}

export interface AppleClient extends Client {
  kind: 'apple'
  /** What signs the client secrets (lib/authentication/apple.ts). */
  key: { id: string; teamId: string; privateKey: KeyObject }
}

/** How this site is known to a provider, and, by its kind, how that is asked who signed in. */
export type ProviderClient = SecretClient | AppleClient

export interface IdentityProvider {
  /** In paths and in the database's log of what happened. */
  id: string
  /** For people. */
  name: string
  /** Null where its settings are incomplete: then no one can sign in with it. */
  client: ProviderClient | null
}

const PRESETS: Record<string, { name: string; issuer?: string; kind?: ProviderClient['kind']; scope?: string }> = {
  google: { name: 'Google', issuer: 'https://accounts.google.com' },
  gitlab: { name: 'GitLab', issuer: 'https://gitlab.com' },
  apple: { name: 'Apple', issuer: 'https://appleid.apple.com', kind: 'apple', scope: 'name email' },
  // OAuth 2.0 without OpenID Connect (lib/authentication/oauth-providers.ts).
  github: { name: 'GitHub', issuer: 'https://github.com', kind: 'github', scope: 'read:user user:email' },
  facebook: { name: 'Facebook', issuer: 'https://www.facebook.com', kind: 'facebook', scope: 'public_profile email' },
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
  W075: 'Write the .p8 file that Apple made for the key, from its first line to its last, with \\n for each line break.',
}

/** The settings of one provider: OIDC_WORK_ISSUER for `work`. */
const providerSettings = (id: string) => {
  const prefix = `OIDC_${id.toUpperCase().replaceAll('-', '_')}_`
  return {
    name: `${prefix}NAME`,
    issuer: `${prefix}ISSUER`,
    clientId: `${prefix}CLIENT_ID`,
    nativeClientIds: `${prefix}NATIVE_CLIENT_IDS`,
    clientSecret: `${prefix}CLIENT_SECRET`,
    teamId: `${prefix}TEAM_ID`,
    keyId: `${prefix}KEY_ID`,
    privateKey: `${prefix}PRIVATE_KEY`,
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
    let isOff = false
    const refuse: Report = (code, setting, message) => {
      isOff = true
      report(code, setting, `${message} Signing in with ${id} is off.`)
    }
    const required = (setting: string, value = given[setting] ?? '') => {
      if (value.trim() === '') refuse('W070', setting, 'It is not set.')
      return value
    }
    const name = given[names.name]?.trim() ?? preset?.name ?? id.charAt(0).toUpperCase() + id.slice(1)
    if (!isName(name)) refuse('W073', names.name, 'It is not a name of 1 to 40 characters.')
    const issuer = required(names.issuer, given[names.issuer]?.trim() ?? preset?.issuer)
    if (issuer !== '' && !isIssuer(issuer, isLoopback)) refuse('W071', names.issuer, 'It is not an https address.')
    const clientId = required(names.clientId)
    const kind = preset?.kind ?? 'oidc'
    const appleKey = () => {
      const text = required(names.privateKey)
      const privateKey = readKey(text, 'ES256', 'private') as KeyObject
      const isUsable = privateKey !== null && keyWeakness(privateKey, 'ES256') === null
      if (text.trim() !== '' && !isUsable) refuse('W075', names.privateKey, 'It is not a private key for ES256.')
      return { id: required(names.keyId), teamId: required(names.teamId), privateKey }
    }
    const credentials = kind === 'apple' ? { kind, key: appleKey() } : { kind, clientSecret: required(names.clientSecret) }
    const scope = given[names.scope]?.trim() ?? preset?.scope ?? 'openid email profile'
    if (!isScope(scope, kind)) refuse('W072', names.scope, 'It is not a list of scopes with openid among them.')
    const links = given[names.linksVerifiedEmail]?.trim().toLowerCase() ?? 'false'
    if (!['true', 'false'].includes(links)) refuse('W074', names.linksVerifiedEmail, 'It is neither true nor false.')
    const nativeClientIds = splitSecrets(given[names.nativeClientIds] ?? '')
    const client = { ...credentials, issuer, clientId, nativeClientIds, scope, linksVerifiedEmail: links === 'true' }
    return { id, name: isName(name) ? name : id, client: isOff ? null : client }
  })
}

/** A line as Have I Been Pwned publishes it: SHA-1 in upper-case hexadecimal digits, and how often it was seen. */
const LINE = /^[0-9A-F]{40}:\d+$/

/** Bytes that are read from the start and from the end. */
const SAMPLE = 4096

/**
 * Reports a DATABASE_URL that names no database, and an SQLite file that other users of the machine can read: Latchkey makes its
 * own for its owner alone, but leaves one that is there as it is.
 */
export function checkDatabaseUrl(url: string, report: Report): void {
  if (!/^(file:.|postgres(ql)?:\/\/.)/.test(url)) report('E007', 'DATABASE_URL', 'It names no SQLite file and no PostgreSQL database.')
  if (!/^file:./.test(url)) return
  const target = databaseTarget(url)
  if (target.provider !== 'sqlite' || !existsSync(target.file)) return
  const canBeReached = (statSync(dirname(target.file)).mode & 0o001) !== 0
  if (canBeReached && isReadableByOthers(target.file)) report('W004', 'DATABASE_URL', 'Others than the owner can read the SQLite file.')
}

/**
 * Reports a list that is missing, cannot be read or is not one of sorted hashes, as far as its first and last lines tell.
 * `passwords verify-list` reads all of it.
 */
export function checkBreachedPasswords(path: string, report: Report) {
  const refuse = (message: string) => report('E054', 'BREACHED_PASSWORDS_FILE', message)
  try {
    // Opening a pipe waits until something writes to it.
    if (!statSync(path).isFile()) return refuse('It is not a file.')
    const problem = problemOf(sampleLines(path))
    if (problem !== null) refuse(problem)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    refuse(code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${code}).`)
  }
}

function problemOf(lines: string[]): string | null {
  if (lines.length === 0) return 'It is empty.'
  if (!lines.every((line) => LINE.test(line))) return 'It has a line that is not HASH:COUNT.'
  if (lines.some((line, at) => at > 0 && line.slice(0, 40) <= (lines[at - 1] as string).slice(0, 40))) return 'It is not sorted by hash.'
  return null
}

/** The whole lines among the first and the last bytes of a file. */
function sampleLines(path: string): string[] {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const read = (position: number, length: number) => {
      const bytes = Buffer.alloc(length)
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, length, position)).split('\n')
    }
    const lines = read(0, Math.min(size, SAMPLE))
    if (size > SAMPLE) {
      const position = Math.max(SAMPLE, size - SAMPLE)
      lines.pop()
      lines.push(...read(position, size - position).slice(1))
    }
    if (lines.at(-1) === '') lines.pop()
    return lines.map((line) => line.replace(/\r$/, ''))
  } finally {
    closeSync(file)
  }
}

/**
 * The domain that passkeys are made for (WebAuthn's RP ID): APP_URL's host, or a domain above it that other sites share. Browsers
 * refuse an IP address, and a domain under which anyone registers.
 * @returns null where there can be no passkeys
 */
export function readRpId(given: string | undefined, appUrl: URL | null, report: Report): string | null {
  if (appUrl === null) return null
  const { hostname } = appUrl
  const isAddress = /^\[|^\d+(\.\d+){3}$/.test(hostname)
  if (given === undefined) return isAddress ? null : hostname
  const isAbove = given.includes('.') && hostname.endsWith(`.${given}`)
  if (!isAddress && (given === hostname || isAbove)) return given
  report('E055', 'PASSKEY_RP_ID', 'It is neither the host of APP_URL nor a domain above it.')
  return null
}

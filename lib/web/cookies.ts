/** The cookies: their names, what they say, and how they are written. */
import { createHash } from 'node:crypto'
import { stringifySetCookie } from 'cookie'
import { isTheme, type Theme } from '../fields/text.ts'
import { isSecureOrigin } from '../settings.ts'

/**
 * The name of a cookie of this site. `__Host-` binds it to this host over https; browsers reject the prefix on http.
 * @param purpose what it is for; none for the session's
 */
export const cookieName = (purpose?: string) => `${isSecureOrigin() ? '__Host-' : ''}latchkey${purpose === undefined ? '' : `_${purpose}`}`

/** Holds the sliding token of a browser's session. */
export const sessionCookieName = () => cookieName()

/** Holds what a form's answer has to say on the next page. */
export const flashCookieName = () => cookieName('flash')

/** Keeps a form's input while its user confirms the password. */
const draftCookieName = () => cookieName('draft')

/** Holds the tokens of the mailed links that are open. */
const linkCookieName = () => cookieName('link')

/** Tells an account's known browsers from others (lib/authentication/known-device.ts); no login, and worth nothing without one. */
export const deviceCookieName = () => cookieName('device')

/** Holds the secrets of accounts that trust this browser (lib/authentication/known-device.ts). */
const trustedDeviceCookieName = () => cookieName('trusted')

/** Holds the ticket of a login that waits for a further step (lib/authentication/stages.ts). */
const pendingLoginCookieName = () => cookieName('login')

/** Binds logins at identity providers to the browser that began them (lib/authentication/external-login.ts). */
const externalLoginCookieName = () => cookieName('external')

/** Binds challenges for passkeys to the browser whose sign-in page asked for them (lib/accounts/passkey-login/log-in.ts). */
const passkeyCookieName = () => cookieName('passkey')

/** Shows that the browser keeps cookies, where it has no other one of ours; it says nothing and ends with the browser's window. */
const probeCookieName = () => cookieName('check')

/** Says when an account's owner last looked at what happened to it; no proof of anything. */
const seenCookieName = () => cookieName('seen')

/** Holds the address that a mailed link was used for, for the sign-in that follows. */
const knownEmailCookieName = () => cookieName('email')

/** Remembers light or dark pages: no secret, and it outlives the session. */
const themeCookieName = () => cookieName('theme')

/** A year, in seconds. */
const THEME_LIFETIME = 31_536_000

/** As long as browsers keep a cookie at most, in seconds. */
const DEVICE_LIFETIME = 400 * 86_400

/** How long a link's token waits for its form to be sent, in seconds. */
const LINK_LIFETIME = 1800

/** How long a draft waits for the password to be entered, in seconds. */
const DRAFT_LIFETIME = 900

/** How long the address waits for the sign-in after a mailed link, in seconds. */
const KNOWN_EMAIL_LIFETIME = 900

/** How long a login waits for its further step, in seconds. */
export const PENDING_LOGIN_LIFETIME = 600

/** How long a login may take at an identity provider, in seconds. */
export const EXTERNAL_LOGIN_LIFETIME = 600

/** How long a passkey may take to sign a challenge, in seconds. */
export const PASSKEY_CHALLENGE_LIFETIME = 300

/** How long a flash waits for its page, in seconds. */
const FLASH_LIFETIME = 60

/**
 * The Set-Cookie of one of this site's cookies.
 * @param value sent as it is @param maxAge in seconds; null for a cookie that ends with the browser's window
 * @throws TypeError for a value with characters that a cookie cannot hold
 */
export function writeCookie(name: string, value: string, maxAge: number | null): string {
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecureOrigin() } as const
  return stringifySetCookie({ name, value, ...attributes, ...(maxAge !== null && { maxAge }) }, { encode: String })
}

/** The Set-Cookie that carries a sliding token. @param expires in seconds since 1970; null: with the browser's window */
export const sessionCookie = (token: string, expires: number | null, now: Date) =>
  writeCookie(sessionCookieName(), token, expires === null ? null : Math.max(0, Math.floor(expires - now.getTime() / 1000)))

export const clearedSessionCookie = () => writeCookie(sessionCookieName(), '', 0)
export const flashCookie = (value: string) => writeCookie(flashCookieName(), value, FLASH_LIFETIME)
export const clearedFlashCookie = () => writeCookie(flashCookieName(), '', 0)

export const draftCookie = (value: string) => writeCookie(draftCookieName(), value, DRAFT_LIFETIME)
export const clearedDraftCookie = () => writeCookie(draftCookieName(), '', 0)
export const readDraftCookie = (header: string | null) => readCookie(header, draftCookieName())

export const pendingLoginCookie = (ticket: string) => writeCookie(pendingLoginCookieName(), ticket, PENDING_LOGIN_LIFETIME)
export const clearedPendingLoginCookie = () => writeCookie(pendingLoginCookieName(), '', 0)
export const readPendingLogin = (header: string | null) => readCookie(header, pendingLoginCookieName())

/** @param lifetime in seconds */
export const trustedDeviceCookie = (value: string, lifetime: number) => writeCookie(trustedDeviceCookieName(), value, lifetime)
export const readTrustedDeviceCookie = (header: string | null) => readCookie(header, trustedDeviceCookieName())

export const externalLoginCookie = (secret: string) => writeCookie(externalLoginCookieName(), secret, EXTERNAL_LOGIN_LIFETIME)

/** The secret of a Cookie header; null for none, and for what we did not make. */
export const readExternalLoginCookie = (header: string | null) => readSecret(header, externalLoginCookieName())

export const passkeyCookie = (secret: string) => writeCookie(passkeyCookieName(), secret, PASSKEY_CHALLENGE_LIFETIME)
export const readPasskeyCookie = (header: string | null) => readSecret(header, passkeyCookieName())

/** 32 bytes in base64url. */
function readSecret(header: string | null, name: string): string | null {
  const secret = readCookie(header, name)
  return secret !== null && /^[\w-]{43}$/.test(secret) ? secret : null
}

export const deviceCookie = (value: string) => writeCookie(deviceCookieName(), value, DEVICE_LIFETIME)

export const seenCookie = (userId: number, now: Date) =>
  writeCookie(seenCookieName(), `${userId}.${Math.floor(now.getTime() / 1000)}`, DEVICE_LIFETIME)

/** When the account's owner last looked, as this browser remembers; null where it does not. */
export function readSeenCookie(header: string | null, userId: number): Date | null {
  const [, id, at] = /^(\d{1,16})\.(\d{1,11})$/.exec(readCookie(header, seenCookieName()) ?? '') ?? []
  return id === String(userId) ? new Date(Number(at) * 1000) : null
}

export const knownEmailCookie = (email: string) =>
  writeCookie(knownEmailCookieName(), Buffer.from(email).toString('base64url'), KNOWN_EMAIL_LIFETIME)
export const clearedKnownEmailCookie = () => writeCookie(knownEmailCookieName(), '', 0)

/** Longest address taken from the cookie, in characters. */
const EMAIL_LENGTH = 320

/** The address that a Cookie header remembers; null when it remembers none. */
export function readKnownEmail(header: string | null): string | null {
  const email = Buffer.from(readCookie(header, knownEmailCookieName()) ?? '', 'base64url').toString()
  return email.includes('@') && email.length <= EMAIL_LENGTH ? email : null
}

export const probeCookie = () => writeCookie(probeCookieName(), '1', null)

/** @param value an empty one clears the cookie */
const linkCookie = (value: string) => writeCookie(linkCookieName(), value, value === '' ? 0 : LINK_LIFETIME)
const readLinkCookie = (header: string | null) => readCookie(header, linkCookieName())

/** Whether a Cookie header holds any cookie of this site. */
export const hasOwnCookie = (header: string | null): boolean => /(^|;\s*)(__Host-)?latchkey(_\w+)?=/.test(header ?? '')

/**
 * One cookie of a Cookie header.
 * @returns null when absent, or when there are two of the name
 */
export function readCookie(header: string | null, name: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  // Two of one name mean that something else set one (cookie tossing): neither is trusted.
  return values.length === 1 ? (values[0] as string).slice(name.length + 1) : null
}

/** The Set-Cookie that remembers a theme for a year; following the system is remembered by having no cookie. */
export const themeCookie = (theme: Theme): string =>
  theme === 'system' ? writeCookie(themeCookieName(), '', 0) : writeCookie(themeCookieName(), theme, THEME_LIFETIME)

/** The theme that a Cookie header carries; `system` when it carries none. */
export function readTheme(header: string | null): Theme {
  const value = readCookie(header, themeCookieName())
  return isTheme(value) ? value : 'system'
}

/**
 * A mailed link that a browser has open: the tokens of all are kept in one cookie, so that they appear in no URL, history or
 * referrer (ASVS 14.2.1). Each keeps a slot of its own: two links in two tabs never answer for each other.
 */
interface OpenedLink {
  /** The page that it leads to. */
  page: string
  token: string
}

/** Links that a browser holds at a time; the oldest gives way. */
const MAX_LINKS = 10

const LINK_SEPARATOR = '|'
const LINK_TOKEN = /^[\w-]{1,128}$/

/** Whether a text can be a link's token; anything else is not worth a cookie. */
export const isLinkToken = (token: unknown): token is string => typeof token === 'string' && LINK_TOKEN.test(token)

/** Tells links of one page apart in their addresses; worth nothing without the cookie. */
const linkId = (token: string) => createHash('sha256').update(token).digest('base64url').slice(0, 12)

function readLinks(cookieHeader: string | null): OpenedLink[] {
  const links = (readLinkCookie(cookieHeader) ?? '').split(LINK_SEPARATOR).map((entry) => {
    const colon = entry.lastIndexOf(':')
    return { page: entry.slice(0, colon), token: entry.slice(colon + 1) }
  })
  return links.filter(({ page, token }) => page.startsWith('/') && isLinkToken(token))
}

const writeLinks = (links: OpenedLink[]) => linkCookie(links.map(({ page, token }) => `${page}:${token}`).join(LINK_SEPARATOR))

const firstOf = (links: OpenedLink[], page: string) => links.find((link) => link.page === page)

/** The oldest link makes room, but one that a page's bare URL refers to only when all are. */
function withinLimit(links: OpenedLink[]): OpenedLink[] {
  if (links.length <= MAX_LINKS) return links
  const dropped = links.findIndex((link) => firstOf(links, link.page) !== link)
  return links.toSpliced(Math.max(0, dropped), 1)
}

/**
 * Keeps a link's token in the browser.
 * @returns the Set-Cookie, and the URL that refers to this link from now on: the page's own for the first link of a
 * page, one with an id for each that is opened beside it
 */
export function keepLink(cookieHeader: string | null, page: string, token: string): { path: string; cookie: string } {
  const links = readLinks(cookieHeader)
  const known = links.some((link) => link.page === page && link.token === token)
  const kept = known ? links : withinLimit([...links, { page, token }])
  const first = firstOf(kept, page)?.token === token
  return { path: first ? page : `${page}?link=${linkId(token)}`, cookie: writeLinks(kept) }
}

/** The Set-Cookie that forgets links of a page. @param token the one link; without one all of the page's */
export const forgetLinks = (cookieHeader: string | null, page: string, token?: string): string =>
  writeLinks(readLinks(cookieHeader).filter((link) => link.page !== page || (token !== undefined && link.token !== token)))

/** The token of the link that a URL refers to; null when the browser doesn't have it. @param id the address's `link` */
export function readLinkToken(cookieHeader: string | null, page: string, id: unknown): string | null {
  const links = readLinks(cookieHeader)
  const link = id === undefined ? firstOf(links, page) : links.find((other) => other.page === page && linkId(other.token) === id)
  return link?.token ?? null
}

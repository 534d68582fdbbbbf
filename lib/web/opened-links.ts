/**
 * The mailed links that a browser has open: their tokens are kept in one cookie, so that they appear in no URL, history or
 * referrer (ASVS 14.2.1). Each keeps a slot of its own: two links in two tabs never answer for each other.
 */
import { createHash } from 'node:crypto'
import { linkCookie, readLinkCookie } from './cookies.ts'

interface OpenedLink {
  /** The page that it leads to. */
  page: string
  token: string
}

/** Links that a browser holds at a time; the oldest gives way. */
const MAX_LINKS = 10

const SEPARATOR = '|'
const TOKEN = /^[\w-]{1,128}$/

/** Whether a text can be a link's token; anything else is not worth a cookie. */
export const isLinkToken = (token: unknown): token is string => typeof token === 'string' && TOKEN.test(token)

/** Tells links of one page apart in their addresses; worth nothing without the cookie. */
const idOf = (token: string) => createHash('sha256').update(token).digest('base64url').slice(0, 12)

function readLinks(cookieHeader: string | null): OpenedLink[] {
  const links = (readLinkCookie(cookieHeader) ?? '').split(SEPARATOR).map((entry) => {
    const colon = entry.lastIndexOf(':')
    return { page: entry.slice(0, colon), token: entry.slice(colon + 1) }
  })
  return links.filter(({ page, token }) => page.startsWith('/') && isLinkToken(token))
}

const writeLinks = (links: OpenedLink[]) => linkCookie(links.map(({ page, token }) => `${page}:${token}`).join(SEPARATOR))

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
  return { path: first ? page : `${page}?link=${idOf(token)}`, cookie: writeLinks(kept) }
}

/** The Set-Cookie that forgets links of a page. @param token the one link; without one all of the page's */
export const forgetLinks = (cookieHeader: string | null, page: string, token?: string): string =>
  writeLinks(readLinks(cookieHeader).filter((link) => link.page !== page || (token !== undefined && link.token !== token)))

/** The token of the link that a URL refers to; null when the browser doesn't have it. @param id the address's `link` */
export function readLinkToken(cookieHeader: string | null, page: string, id: unknown): string | null {
  const links = readLinks(cookieHeader)
  const link = id === undefined ? firstOf(links, page) : links.find((other) => other.page === page && idOf(other.token) === id)
  return link?.token ?? null
}

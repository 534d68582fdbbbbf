/** Which pages need which access, and where redirects may lead. */
import { settings } from '../settings.ts'

/** Pages that need a login; everything below each is covered too. */
const PROTECTED_PAGES = ['/dashboard', '/settings', '/admin']

/** The admin area and its login page, the only one of its pages for signed-out users. */
export const ADMIN_PAGE = '/admin'
export const ADMIN_LOGIN_PAGE = '/admin/login'

/** The page that asks for a second factor, where a login waits for it. */
export const SECOND_FACTOR_PAGE = '/login/second-factor'

/** The page that mails a code to sign in with, and that takes it; the email's link leads there, too. */
export const EMAIL_LOGIN_PAGE = '/login/email'

/**
 * Pages that are open to everyone, as Next names their routes. Every page is here or among the protected ones: the tests know from
 * the build which pages there are, and fail for a page that is in neither list (ASVS 8.2.1).
 * @internal
 */
export const PUBLIC_PAGES = [
  '/',
  '/account-deletion/undo',
  ADMIN_LOGIN_PAGE,
  '/api/docs',
  '/dev/outbox',
  '/dev/outbox/[id]',
  '/email-change/confirm',
  '/email-change/done',
  '/email-change/undo',
  '/email-change/undone',
  '/login',
  EMAIL_LOGIN_PAGE,
  SECOND_FACTOR_PAGE,
  '/logout',
  '/password-reset',
  '/password-reset/confirm',
  '/password-reset/done',
  '/reauthenticate',
  '/signup',
  '/signup/complete',
  '/verify-email',
  '/verify-email/confirmed',
]

/** The page of what happened to an account. */
export const ACTIVITY_PAGE = '/settings/security'

/** Pages that mailed links lead to, with a one-time token in the query. */
export const LINK_PAGES = [
  '/verify-email',
  '/password-reset/confirm',
  EMAIL_LOGIN_PAGE,
  '/email-change/confirm',
  '/email-change/undo',
  '/account-deletion/undo',
]

/** A page in spite of its place. */
const API_DOCS_PAGE = '/api/docs'

export const LOGIN_PAGE = '/login'
export const SIGNUP_PAGE = '/signup'
/** The page that a verification email links to, and that takes its code. */
export const VERIFY_PAGE = '/verify-email'
/** The page after verification, for signed-out users. */
export const VERIFIED_PAGE = '/verify-email/confirmed'
export const AFTER_LOGIN = '/dashboard'
export const REAUTHENTICATE_PAGE = '/reauthenticate'

/** Pages whose forms do nothing in a browser that keeps no cookies. Each asks whether it does, before its form is sent. */
const COOKIE_PAGES = [LOGIN_PAGE, EMAIL_LOGIN_PAGE, SIGNUP_PAGE, ADMIN_LOGIN_PAGE]

/** Whether a page's forms need a browser that keeps cookies. */
export const needsCookies = (pathname: string) => COOKIE_PAGES.includes(pathname.replace(/(?<=.)\/$/, ''))

/**
 * Whether a browser that sent no cookie of ours to such a page can be told that it keeps none: it comes from one of them,
 * which has set a cookie, or was led here from a page that needs a login, with a cookie as well.
 */
export function hasRefusedCookies(url: URL, headers: Headers): boolean {
  if (!needsCookies(url.pathname)) return false
  const referrer = headers.get('referer') ?? ''
  if (URL.canParse(referrer)) {
    const { host, pathname } = new URL(referrer)
    if (host === url.host && needsCookies(pathname)) return true
  }
  // Without Fetch Metadata this may be the first visit to an address that was kept.
  return url.searchParams.has('next') && headers.get('sec-fetch-site') === 'same-origin' && !URL.canParse(referrer)
}

/** Pages whose forms lead back to where the password was asked for. */
export const SIGN_IN_PAGES: readonly string[] = [LOGIN_PAGE, EMAIL_LOGIN_PAGE, SECOND_FACTOR_PAGE, ADMIN_LOGIN_PAGE, REAUTHENTICATE_PAGE]

/** Pages that a login never redirects to: they would loop or end the new session. */
const NEVER_NEXT = ['/login', ADMIN_LOGIN_PAGE, '/signup', '/logout', '/password-reset', REAUTHENTICATE_PAGE]

/** Longest `next` taken, in characters. */
const MAX_NEXT_LENGTH = 2048

const isBelow = (path: string, page: string) => path === page || path.startsWith(`${page}/`)

/** Whether a path is a page's, with any number of slashes behind it. */
const isPage = (path: string, page: string) => path.startsWith(page) && /^\/*$/.test(path.slice(page.length))

/** Whether a page needs a login. The page itself asks again: this only decides who redirects. */
export const isProtectedPage = (pathname: string) =>
  PROTECTED_PAGES.some((page) => isBelow(pathname, page)) && !isPage(pathname, ADMIN_LOGIN_PAGE)

/**
 * The path on this site that `next` names, re-serialised; null for anything else (ASVS 3.7.2, RFC 9700 §4.11).
 * Refused are other origins in any spelling, paths that would read as one (`//…`), API paths and the
 * login pages themselves.
 */
export function safeNextPath(next: unknown): string | null {
  if (typeof next !== 'string' || next.length > MAX_NEXT_LENGTH) return null
  // Only a path that begins with exactly one slash; browsers drop control characters and read \ as /.
  if (!/^\/(?![/\\])[^\\\x00-\x20\x7f]*$/.test(next)) return null
  const base = 'http://base.invalid'
  if (!URL.canParse(next, base)) return null
  const url = new URL(next, base)
  const path = url.pathname + url.search + url.hash
  if (url.origin !== base || /^\/[/\\]/.test(path) || (isBelow(url.pathname, '/api') && !isBelow(url.pathname, API_DOCS_PAGE))) return null
  return NEVER_NEXT.some((page) => isBelow(url.pathname, page)) ? null : path
}

/** The login page that leads back to `next`: the admin area has one of its own. */
export function loginPath(next: string | null): string {
  if (next === null) return LOGIN_PAGE
  const page = isBelow(new URL(next, 'http://base.invalid').pathname, ADMIN_PAGE) ? ADMIN_LOGIN_PAGE : LOGIN_PAGE
  return `${page}?next=${encodeURIComponent(next)}`
}

/** The page that asks for the password again and then leads to `next`. */
export const reauthenticatePath = (next: string) => `${REAUTHENTICATE_PAGE}?next=${encodeURIComponent(next)}`

/** Pages of development machines, with everything below each. */
const DEVELOPMENT_PAGES = ['/dev']

/** Whether a page exists only in development and this process is not a development server. The page itself checks again. */
export const isAbsentPage = (pathname: string) =>
  settings().production && DEVELOPMENT_PAGES.some((page) => pathname === page || pathname.startsWith(`${page}/`))

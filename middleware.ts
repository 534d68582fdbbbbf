/**
 * Runs before every page: redirects people without a session, renews the session's cookie, and gives every page
 * its headers. A convenience, not the lock: each page and endpoint asks for itself who may see it.
 */
import { type NextRequest, NextResponse } from 'next/server'
import { checkSessionCookie } from '#lib/web/check-session-cookie'
import {
  clearedFlashCookie,
  flashCookieName,
  hasOwnCookie,
  isLinkToken,
  keepLink,
  probeCookie,
  seenCookie,
  sessionCookie,
} from '#lib/web/cookies'
import { ACTIVITY_PAGE, isProtectedPage, LINK_PAGES, loginPath, needsCookies } from '#lib/web/routes'
import { contentSecurityPolicy, newNonce, transportHeaders } from '#lib/web/security-headers'

export const config = {
  runtime: 'nodejs',
  // Pages only, the API's among them: endpoints authenticate in serve(), also those at well-known addresses, and Next's static
  // files are public. They are left out by name: an unknown /x.png answers with a page, which needs its headers, too.
  matcher: [
    '/((?!api/(?!docs/?$)|_next/static/|(?:icon\\.svg|favicon\\.ico|apple-icon\\.png|opengraph-image\\.png|manifest\\.webmanifest|robots\\.txt)$|\\.well-known/(?:change-password|jwks\\.json|security\\.txt)/?$).*)',
  ],
}

export async function middleware(request: NextRequest): Promise<Response> {
  const now = new Date()
  const check = await checkSessionCookie(request.headers.get('cookie'), now)
  const { pathname, search } = request.nextUrl
  if (check.kind === 'none' && isProtectedPage(pathname)) {
    const login = new URL(loginPath(pathname + search), request.nextUrl)
    const response = withHeaders(NextResponse.redirect(login, 303), null)
    if (!hasOwnCookie(request.headers.get('cookie'))) response.headers.append('Set-Cookie', probeCookie())
    return response
  }

  const token = LINK_PAGES.includes(pathname) ? request.nextUrl.searchParams.get('token') : null
  if (isLinkToken(token)) {
    const link = keepLink(request.headers.get('cookie'), pathname, token)
    const response = withHeaders(NextResponse.redirect(new URL(link.path, request.nextUrl), 303), null)
    response.headers.append('Set-Cookie', link.cookie)
    response.headers.set('Referrer-Policy', 'no-referrer')
    return response
  }

  const nonce = newNonce()
  // Next takes the nonce of its scripts from these request headers, so a client's own must never get through.
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', contentSecurityPolicy(nonce))
  headers.set('x-path', pathname + search)
  const response = withHeaders(NextResponse.next({ request: { headers } }), nonce)
  if (needsCookies(pathname) && isNavigation(request.headers) && !hasOwnCookie(request.headers.get('cookie')))
    response.headers.append('Set-Cookie', probeCookie())
  // Without the redirect above, a link's token is in the page's URL. Elsewhere a form must say where it comes from: browsers
  // without Fetch Metadata send `Origin: null` from a page without a referrer.
  if (LINK_PAGES.includes(pathname)) response.headers.set('Referrer-Policy', token === null ? 'same-origin' : 'no-referrer')
  if (check.kind === 'extended') {
    response.headers.append('Set-Cookie', sessionCookie(check.token, check.expires, now))
  }
  if (check.kind !== 'none' && check.userId !== null && pathname === ACTIVITY_PAGE && isNavigation(request.headers))
    response.headers.append('Set-Cookie', seenCookie(check.userId, now))
  // A flash is read by the page that this request renders, and only there.
  if (isNavigation(request.headers) && request.cookies.has(flashCookieName())) response.headers.append('Set-Cookie', clearedFlashCookie())
  return response
}

/** Whether a person will see the page: not what a browser fetches ahead, or beside the page. */
function isNavigation(headers: Headers): boolean {
  if (headers.has('rsc') || headers.has('next-router-prefetch') || headers.has('sec-purpose')) return false
  return (headers.get('sec-fetch-dest') ?? 'document') === 'document'
}

function withHeaders(response: NextResponse, nonce: string | null): NextResponse {
  for (const [name, value] of Object.entries(transportHeaders())) response.headers.set(name, value)
  if (nonce !== null) response.headers.set('Content-Security-Policy', contentSecurityPolicy(nonce))
  response.headers.set('Cache-Control', 'private, no-store')
  return response
}

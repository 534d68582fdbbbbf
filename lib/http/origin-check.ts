/** Refuses what other sites make a browser send (OWASP CSRF: Fetch Metadata, with Origin behind it). */
import { ApiError } from '../errors.ts'
import { settings } from '../settings.ts'
import { allowedOrigin } from './cors.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/** Whether another site makes a browser send this with its cookies. An address that was typed, or opened from a bookmark, is its own. */
const isCrossSite = ({ headers }: Request) =>
  headers.has('cookie') && !['same-origin', 'none', null].includes(headers.get('sec-fetch-site'))

/**
 * Lets through safe methods; requests of this very origin by `Sec-Fetch-Site` or `Origin`; and requests that say neither
 * and carry no cookie, which are no browser's. A sibling subdomain (`same-site`) is another site. An API client's page on an
 * origin of CORS_ALLOWED_ORIGINS is let through as long as it brings no cookie and wants no page, which would bring one back.
 * @param wantsPage whether the answer is a page's
 * @param sideEffects whether a safe method does more than read
 * @throws ApiError 403 `csrf_failed`
 */
export function checkOrigin(request: Request, wantsPage: boolean, sideEffects = false): void {
  if (SAFE_METHODS.includes(request.method) && !(sideEffects && isCrossSite(request))) return
  if (!wantsPage && allowedOrigin(request) !== null) return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site === 'same-origin') return
  if (site === null || site === 'none') {
    if (origin === settings().APP_URL.origin || isDevelopmentHost(request, origin)) return
    if (origin === null && !request.headers.has('cookie')) return
  }
  throw new ApiError(403, { detail: 'CSRF Failed: the request does not come from this site.', code: 'csrf_failed' })
}

/**
 * Whether a page of a development server, opened by any of the machine's names, sent this: on plain http browsers send no
 * Fetch Metadata, and APP_URL names one address only. A deployment is reached by its APP_URL alone.
 */
const isDevelopmentHost = (request: Request, origin: string | null) =>
  !settings().production && origin !== null && origin === `http://${request.headers.get('host')}`

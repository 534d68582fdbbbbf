/** Refuses what other sites make a browser send (OWASP CSRF: Fetch Metadata, with Origin behind it). */
import { ApiError } from '../errors.ts'
import { settings } from '../settings.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Lets through safe methods; requests of this very origin by `Sec-Fetch-Site` or `Origin`; and requests that say neither
 * and carry no cookie, which are no browser's. A sibling subdomain (`same-site`) is another site.
 * @throws ApiError 403 `csrf_failed`
 */
export function checkOrigin(request: Request): void {
  if (SAFE_METHODS.includes(request.method)) return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site === 'same-origin') return
  if (site === null || site === 'none') {
    if (origin === settings().APP_URL.origin) return
    if (origin === null && !request.headers.has('cookie')) return
  }
  throw new ApiError(403, { detail: 'CSRF Failed: the request does not come from this site.', code: 'csrf_failed' })
}

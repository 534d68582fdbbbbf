/** Who may call an endpoint: from which origin, with which permission, and authenticated how recently. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { type Database, database, type Transaction } from '../db/client.ts'
import { ApiError, PermissionDenied, ReauthenticationRequired } from '../errors.ts'
import { hasPermission, loadPermissions, type PermissionName } from '../permissions/user-permissions.ts'
import { isRecentlyAuthenticated } from '../sessions/session.ts'
import { settings } from '../settings.ts'
import { isFirstIn, isWithin } from '../throttle/admit.ts'
import { API_SECURITY_HEADERS, transportHeaders } from '../web/security-headers.ts'
import type { Context, Endpoint, Policy } from './endpoint.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/** Whether another site makes a browser send this with its cookies. An address that was typed, or opened from a bookmark, is its own. */
const isCrossSite = ({ headers }: Request) =>
  headers.has('cookie') && !['same-origin', 'none', null].includes(headers.get('sec-fetch-site'))

/**
 * Refuses what other sites make a browser send (OWASP CSRF: Fetch Metadata, with Origin behind it). Lets through safe methods;
 * requests of this very origin by `Sec-Fetch-Site` or `Origin`; and requests that say neither and carry no cookie, which are no
 * browser's. A sibling subdomain (`same-site`) is another site. An API client's page on an origin of CORS_ALLOWED_ORIGINS is let
 * through as long as it brings no cookie and wants no page, which would bring one back.
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

/** Whether a script of one of our pages sent this, as the browser says; checkOrigin() has let it through. */
export const isOwnScript = ({ headers }: Request): boolean =>
  headers.get('sec-fetch-site') === 'same-origin' || headers.get('origin') === settings().APP_URL.origin

/** How long a browser need not ask again, in seconds. */
const PREFLIGHT_MAX_AGE = 600

/** Of the headers that a client sends, those that need to be allowed. */
const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent'

/** Of the headers that we send, those that a page would not be shown otherwise. */
const EXPOSED_HEADERS = 'RateLimit, RateLimit-Policy, Retry-After, ETag, Location, X-Request-Id'

/**
 * The request's origin when it is exactly one of CORS_ALLOWED_ORIGINS and the request brings no cookie; null otherwise. Pages
 * there call the API with a token (Fetch Standard, CORS protocol), never with a cookie: `Access-Control-Allow-Credentials` is
 * never sent.
 */
export function allowedOrigin(request: Request): string | null {
  const origin = request.headers.get('origin')
  if (origin === null || request.headers.has('cookie')) return null
  return settings().CORS_ALLOWED_ORIGINS.includes(origin) ? origin : null
}

/**
 * The answer to a browser that asks what an allowed origin may send; no credentials come with that question.
 * @param methods of the path
 * @returns null when the request asks no such thing
 */
export function preflightResponse(request: Request, methods: string[]): Response | null {
  const origin = allowedOrigin(request)
  if (request.method !== 'OPTIONS' || origin === null || !request.headers.has('access-control-request-method')) return null
  const headers = {
    ...API_SECURITY_HEADERS,
    ...transportHeaders(),
    Vary: 'Accept, Origin',
    Allow: methods.join(', '),
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE),
  }
  return new Response(null, { status: 204, headers })
}

/** Tells the browser that an allowed origin may read this answer, and caches that it depends on the origin. */
export function allowOrigin(request: Request, response: Response): Response {
  if (settings().CORS_ALLOWED_ORIGINS.length === 0) return response
  response.headers.append('Vary', 'Origin')
  const origin = allowedOrigin(request)
  if (origin !== null) {
    response.headers.set('Access-Control-Allow-Origin', origin)
    response.headers.set('Access-Control-Expose-Headers', EXPOSED_HEADERS)
  }
  return response
}

/**
 * Requires staff status and the endpoint's permission; denials are audited (ASVS 16.3.2).
 * @throws PermissionDenied
 */
export async function requirePermission({ permission }: Pick<Policy, 'permission'>, context: Context): Promise<void> {
  if (permission === undefined) return
  const { principal } = context
  const anyOf: PermissionName[] = [permission].flat()
  if (principal) {
    const permissions = await loadPermissions(principal.user)
    if (anyOf.some((name) => hasPermission(permissions, name))) return
    await recordDenial(anyOf.join(' or '), context)
  }
  throw new PermissionDenied()
}

/** How long an account's denials are told once, and how many of one account in that time, in seconds. */
const DENIAL_WINDOW = 3600
const MAX_DENIALS = 100

/**
 * Audits a denied request, once per hour for each permission, and with a limit per account: requests must not fill the log,
 * whose recent events cannot be deleted.
 * @param permission what they lack, in Django's words or ours
 */
export async function recordDenial(
  permission: string,
  source: AuditSource & Pick<Context, 'principal'>,
  subjectId: number | null = null,
): Promise<void> {
  const { user, claims } = source.principal ?? {}
  const actor = `user ${user?.id ?? 0}`
  if (!(await isFirstIn('denial', [actor, permission, subjectId].join('\0'), DENIAL_WINDOW, source.now))) return
  if (!(await isWithin('denials', actor, MAX_DENIALS, DENIAL_WINDOW, source.now))) return
  const who = { outcome: 'failure', actorId: user?.id ?? null, subjectId, sessionId: claims?.sid ?? null } as const
  await recordEvent(database(), 'admin_denied', { ...who, detail: { permission } }, source)
}

/** @throws ReauthenticationRequired */
export async function requireRecentAuthentication({ policy: { recentAuthentication } }: Endpoint, context: Context): Promise<void> {
  if (recentAuthentication) await requireRecentAuthenticationNow(context)
}

/**
 * The same, for what only a use case knows to need it. @param tx the change's own transaction
 * @throws ReauthenticationRequired
 */
export async function requireRecentAuthenticationNow({ principal, now }: Context, tx: Transaction | Database = database()): Promise<void> {
  if (!principal || !(await isRecentlyAuthenticated(principal, now, tx))) throw new ReauthenticationRequired()
}

/** The page from which a browser reaches an endpoint; null when there is none. @param sent what it sent there */
export async function formPage(
  { policy: { recentAuthentication }, form }: Endpoint,
  sent: () => Promise<{ fields: Record<string, string>; next: string | null }>,
): Promise<string | null> {
  const page = typeof recentAuthentication === 'object' ? recentAuthentication.page : (form?.page ?? null)
  if (typeof page !== 'function') return page
  const { fields, next } = await sent()
  return page(fields, next)
}

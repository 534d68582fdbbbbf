/**
 * Lets pages of other origins call the API with a token (Fetch Standard, CORS protocol). Only origins in CORS_ALLOWED_ORIGINS
 * may, and never with a cookie: `Access-Control-Allow-Credentials` is never sent.
 */

import { settings } from '../settings.ts'
import { API_SECURITY_HEADERS, transportHeaders } from '../web/security-headers.ts'

/** How long a browser need not ask again, in seconds. */
const PREFLIGHT_MAX_AGE = 600

/** Of the headers that a client sends, those that need to be allowed. */
const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent'

/** Of the headers that we send, those that a page would not be shown otherwise. */
const EXPOSED_HEADERS = 'RateLimit, RateLimit-Policy, Retry-After, ETag, Location, X-Request-Id'

/** The request's origin when it is exactly one of those allowed and the request brings no cookie; null otherwise. */
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

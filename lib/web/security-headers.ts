/** The headers that tell browsers what a response may do. */
import { isSecureOrigin, settings } from '../settings.ts'

/** The content security policy of everything that is not a page: it loads nothing, runs nothing and can't be framed. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** On every response; the contract names them. */
export const SECURITY_HEADERS: Record<string, string> = {
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/** On every answer of the API: it is data, never a document. */
export const API_SECURITY_HEADERS: Record<string, string> = {
  ...SECURITY_HEADERS,
  'Content-Security-Policy': DATA_POLICY,
  'Cache-Control': 'private, no-store',
}

/** A year and more, in seconds (ASVS 3.4.1). */
const HSTS = 'max-age=63072000; includeSubDomains'

/** HSTS where the site is served over https, nothing elsewhere. */
export const transportHeaders = (): Record<string, string> => (isSecureOrigin() ? { 'Strict-Transport-Security': HSTS } : {})

/**
 * The content security policy of a page: scripts only with this response's nonce (ASVS 3.4.3).
 * In development Next evaluates code and injects styles for its error overlay and hot reload.
 */
export function contentSecurityPolicy(nonce: string): string {
  const development = !settings().production
  const directives = [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws: wss:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isSecureOrigin() ? ['upgrade-insecure-requests'] : []),
  ]
  return directives.join('; ')
}

/** A nonce of 128 random bits, for one response. */
export const newNonce = () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')

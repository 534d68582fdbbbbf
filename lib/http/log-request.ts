/** Writes each request into the log, once, when its answer has gone out or the client has. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { log } from '../log.ts'
import { clientIp, PEER_ADDRESS_HEADER } from './client-ip.ts'
import type { RequestContext } from './request-context.ts'

/** Asked all the time by machines, and of no interest: they are logged at `debug`. */
const QUIET = /^\/(_next\/static\/|icon\.svg$|api\/(health|ready)\/?$)/

/** A word as paths of pages have it; everything else may be an id or a secret. */
const WORD = /^[a-z]{1,24}(-[a-z]{1,24})*$/

/**
 * The path of a page as far as it is the application's own: what looks like an identifier or a token is left out, and so is
 * a path that leads nowhere, which the client made up.
 */
export function pageRoute(url: string, status: number): string | null {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  if (path.startsWith('/_next/')) return '/_next/*'
  if (status === 404 || status === 400) return null
  return `/${path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => (WORD.test(segment) ? segment : '*'))
    .join('/')}`
}

/** Trace and span of a `traceparent` header (W3C Trace Context §3.2); nothing when it is malformed. */
export function traceOf(traceparent: unknown): Record<string, string> {
  const match = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:-.*)?$/.exec(String(traceparent ?? ''))
  return match?.[1] && match[2] ? { traceId: match[1], spanId: match[2] } : {}
}

export function logWhenDone(request: IncomingMessage, response: ServerResponse, record: RequestContext): void {
  const started = performance.now()
  const { url = '', method, headers } = request
  const address = new Headers({
    [PEER_ADDRESS_HEADER]: request.socket.remoteAddress ?? '',
    'x-forwarded-for': String(headers['x-forwarded-for'] ?? ''),
  })
  const trace = traceOf(headers.traceparent)
  response.once('close', () => {
    const status = response.statusCode
    const level = status >= 500 ? 'error' : QUIET.test(url) ? 'debug' : 'info'
    const line = {
      requestId: record.requestId,
      ...trace,
      method,
      route: record.route ?? pageRoute(url, status),
      status,
      ms: Math.round((performance.now() - started) * 10) / 10,
      clientIp: clientIp(address),
      userId: record.userId,
      // The client left before it had its answer.
      ...(!response.writableFinished && { aborted: true }),
    }
    log()[level](line, 'request')
  })
}

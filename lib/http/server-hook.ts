/**
 * What must hold for every request and response, also those that Next answers by itself (redirects of odd paths, unknown
 * methods, static files): hooked into Node's HTTP server, below the framework.
 */
import { type IncomingMessage, METHODS, Server, type ServerResponse } from 'node:http'
import { transportHeaders } from '../gate/security-headers.ts'
import { settings } from '../settings.ts'
import { PEER_ADDRESS_HEADER } from './client-address.ts'
import { logWhenDone } from './log-request.ts'
import { withErrorPage } from './page-failure.ts'
import { newRecord, withRecord } from './request-record.ts'

const SERVED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Defaults for every response; an answer that says otherwise replaces them. */
const HEADERS: Record<string, string> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Where endpoints answer, and no page. */
const ENDPOINTS = /^\/(api\/(?!docs\/?([?#]|$))|\.well-known\/)/

/** What Next's own client asks pages with; to an endpoint Next answers `rsc` with a redirect to another address. */
const ROUTER_HEADERS = ['rsc', 'next-action', 'next-router-prefetch', 'next-router-segment-prefetch', 'next-router-state-tree']

const hooked = Symbol.for('latchkey.server-hook')

/** Installs the hook in this process, once. Called before the server takes its first request. */
export function installServerHook(): void {
  const prototype = Server.prototype as Server & { [hooked]?: boolean }
  if (prototype[hooked]) return
  prototype[hooked] = true
  const emit = prototype.emit
  prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
    // `next start` never answers an offer to upgrade; without listeners Node takes it for the plain request that it also is.
    if (event === 'connection' && settings().production) this.removeAllListeners('upgrade')
    const serve = () => Reflect.apply(emit, this, [event, ...args])
    if (event !== 'request') return serve()
    const [request, response] = args as [IncomingMessage, ServerResponse]
    const record = newRecord(request.headers['x-request-id'])
    response.setHeader('X-Request-Id', record.requestId)
    logWhenDone(request, response, record)
    if (!admit(request, response)) return true
    // In development Next's own document brings its overlay.
    const answer = () => (settings().production ? withErrorPage(record, request, response, serve) : serve())
    return withRecord(record, answer)
  } as typeof emit
}

/** @returns false when the request is answered already */
function admit(request: IncomingMessage, response: ServerResponse): boolean {
  // Whatever a client sent under this name is overwritten: the address is the connection's.
  request.headers[PEER_ADDRESS_HEADER] = request.socket.remoteAddress ?? ''
  // Next puts the nonce of an incoming policy on its scripts: a client's own must reach no page (WB-3); the gate sets ours.
  for (const name of ['content-security-policy', 'content-security-policy-report-only', 'x-nonce']) delete request.headers[name]
  if (ENDPOINTS.test(request.url ?? '')) for (const name of ROUTER_HEADERS) delete request.headers[name]
  for (const [name, value] of Object.entries({ ...HEADERS, ...transportHeaders() })) response.setHeader(name, value)
  response.once('finish', () => discardRest(request))
  const method = request.method ?? ''
  if (SERVED_METHODS.includes(method)) return true
  response.writeHead(METHODS.includes(method) ? 405 : 400, {
    'Content-Type': 'application/json',
    'Cache-Control': 'private, no-store',
    Allow: SERVED_METHODS.join(', '),
  })
  response.end(JSON.stringify({ detail: `Method "${method}" not allowed.` }))
  return false
}

/** A client that is still sending reads no answer; what nobody wants of a body is read and dropped, within Node's requestTimeout. */
function discardRest(request: IncomingMessage): void {
  if (!request.complete) request.removeAllListeners('data').removeAllListeners('readable').resume()
}

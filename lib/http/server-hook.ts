/**
 * What must hold for every request and response, also those that Next answers by itself (redirects of odd paths, unknown
 * methods, static files): hooked into Node's HTTP server, below the framework.
 */
import { type IncomingMessage, METHODS, Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { settings } from '../settings.ts'
import { isAbsentPage } from '../web/routes.ts'
import { DATA_POLICY, SECURITY_HEADERS, transportHeaders } from '../web/security-headers.ts'
import { withErrorPage } from './page-failure.ts'
import { logWhenDone, newRequestContext, PEER_ADDRESS_HEADER, warnOfUntrustedProxy, withRequestContext } from './request-context.ts'

const SERVED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * How long a client may take to send its headers, and its whole request, in milliseconds; Node looks every 30 seconds and answers
 * 408 (slowloris). A connection on which nothing has come by then is closed.
 */
const HEADERS_TIMEOUT = 15_000
const REQUEST_TIMEOUT = 30_000

/** What only Next asks for by their addresses; a client that did would get a 500, or a 200. */
const NEXT_OWN_PAGES = /^\/_(?:global-error|not-found)(?:[/.?]|$)/

/** As much of a User-Agent as anything sees, in characters: Next matches it against an expression that is quadratic. */
const USER_AGENT_LENGTH = 512

/** Request headers that pages read and the middleware sets; some pages, as that of an unknown endpoint, do not pass it. */
const SET_BY_MIDDLEWARE = ['content-security-policy', 'content-security-policy-report-only', 'x-nonce', 'x-path']

/** Defaults for every response; an answer that says otherwise keeps its own. */
const HEADERS: Record<string, string> = {
  ...SECURITY_HEADERS,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Where endpoints answer, and no page. */
const ENDPOINTS = /^\/(api\/(?!docs\/?([?#]|$))|\.well-known\/)/

/**
 * What Next's client may send and this site's never needs: it has no server actions and prefetches nothing. Next answers 500 to
 * malformed ones, and prints them. The development client reloads with them.
 */
const UNUSED_HEADERS = [
  'next-action',
  'next-hmr-refresh',
  'next-resume',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
  'next-url',
  'x-next-resume-state-length',
]

/** What Next's client asks pages with; to an endpoint Next answers it with a redirect to another address. */
const PAGE_HEADERS = ['rsc', ...UNUSED_HEADERS]

const hooked = Symbol.for('latchkey.server-hook')

/**
 * Hooks every HTTP server of this process, once. Called before the first request.
 * @param target one server alone, instead of all
 */
export function installServerHook(target: Server = Server.prototype): void {
  const server = target as Server & { [hooked]?: boolean }
  if (server[hooked]) return
  server[hooked] = true
  const { emit } = server
  server.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
    if (event === 'connection') {
      this.headersTimeout = HEADERS_TIMEOUT
      this.requestTimeout = REQUEST_TIMEOUT
      closeIfSilent(args[0] as Socket)
      // `next start` never answers an offer to upgrade; without listeners Node takes it for the plain request that it also is.
      if (settings().production) this.removeAllListeners('upgrade')
    }
    const serve = () => Reflect.apply(emit, this, [event, ...args])
    if (event !== 'request') return serve()
    const [request, response] = args as [IncomingMessage, ServerResponse]
    // Before anything reads it.
    const userAgent = request.headers['user-agent']
    if (userAgent !== undefined) request.headers['user-agent'] = userAgent.slice(0, USER_AGENT_LENGTH)
    const record = newRequestContext(request.headers['x-request-id'])
    response.setHeader('X-Request-Id', record.requestId)
    logWhenDone(request, response, record)
    warnOfUntrustedProxy(request.headers)
    if (!admit(request, response)) return true
    // In development Next's own document brings its overlay.
    const answer = () => (settings().production ? withErrorPage(record, request, response, serve) : serve())
    return withRequestContext(record, answer)
  } as typeof emit
}

/** Node's own timeouts begin with the first byte of a request. */
function closeIfSilent(socket: Socket): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead === 0) socket.destroy()
  }, HEADERS_TIMEOUT)
  socket.once('close', () => clearTimeout(timer))
}

/** @returns false when the request is answered already */
function admit(request: IncomingMessage, response: ServerResponse): boolean {
  // Whatever a client sent under this name is overwritten: the address is the connection's.
  request.headers[PEER_ADDRESS_HEADER] = request.socket.remoteAddress ?? ''
  // Next puts the nonce of an incoming policy on its scripts: a client's own must reach no page (WB-3); the middleware sets ours.
  for (const name of SET_BY_MIDDLEWARE) delete request.headers[name]
  const unread = ENDPOINTS.test(request.url ?? '') ? PAGE_HEADERS : settings().production ? UNUSED_HEADERS : []
  for (const name of unread) delete request.headers[name]
  setDefaultHeaders(response)
  response.once('finish', () => discardRest(request))
  const method = request.method ?? ''
  const target = request.url ?? ''
  const refuse = (status: number, detail: string) => {
    response.writeHead(status, { 'Content-Type': 'application/json', Allow: SERVED_METHODS.join(', ') })
    response.end(JSON.stringify({ detail }))
    return false
  }
  if (!SERVED_METHODS.includes(method)) return refuse(METHODS.includes(method) ? 405 : 400, `Method "${method}" not allowed.`)
  const path = originForm(target)
  if (path === null && method === 'OPTIONS' && target === '*') {
    response.writeHead(204, { Allow: SERVED_METHODS.join(', ') }).end()
    return false
  }
  if (path === null) return refuse(400, 'The request target is not a path.')
  const broken = isBroken(path)
  if (broken && ENDPOINTS.test(path)) return refuse(404, 'Not found.')
  // Not by a rewrite of the middleware, which Next sends to itself over the network, by https where a proxy says so.
  const absent = broken || NEXT_OWN_PAGES.test(path) || isAbsentPage(path.split('?', 1)[0] ?? '')
  request.url = absent ? '/404' : path
  return true
}

/**
 * The path and query of a request target. One that names a host as well is valid (RFC 9112 §3.2.2), but Next would redirect to
 * that host, whatever it is.
 * @returns null for what is neither
 */
function originForm(target: string): string | null {
  if (target.startsWith('/')) return target
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1]
  return path === undefined ? null : path.startsWith('/') ? path : `/${path}`
}

/**
 * Completes a response's headers when they are about to be sent. What fails, sets a cookie or says nothing about caches is kept
 * by none (Next lets shared caches keep some of its 404s, and says nothing on its redirects).
 */
function setDefaultHeaders(response: ServerResponse): void {
  const { writeHead } = response
  response.writeHead = ((status: number, ...rest: []) => {
    const policy: Record<string, string> = settings().production ? { 'Content-Security-Policy': DATA_POLICY } : {}
    for (const [name, value] of Object.entries({ ...HEADERS, ...policy, ...transportHeaders() })) {
      if (!response.hasHeader(name)) response.setHeader(name, value)
    }
    if (status >= 400 || response.hasHeader('Set-Cookie') || !response.hasHeader('Cache-Control')) {
      response.setHeader('Cache-Control', 'private, no-store')
    }
    return Reflect.apply(writeHead, response, [status, ...rest])
  }) as typeof response.writeHead
}

/** Whether a path contains a malformed escape: for a route with a parameter, Next would answer 500. */
function isBroken(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return false
  } catch {
    return true
  }
}

/** Reads and drops the rest of a body, within Node's requestTimeout: a client that is still sending reads no response. */
function discardRest(request: IncomingMessage): void {
  if (!request.complete) request.removeAllListeners('data').removeAllListeners('readable').resume()
}

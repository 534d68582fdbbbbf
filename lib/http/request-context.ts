/**
 * Where a request comes from, and what is known of the one that is being answered: for its log line and its error page, where
 * nothing of it decides anything.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import type { ApiError } from '../errors.ts'
import { errorFields, log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'

export interface RequestContext {
  requestId: string
  /** The path as the application declares it; null while nothing has said it. */
  route: string | null
  userId: number | null
  /** Shown on the page that refuses the user, and never logged. */
  email: string | null
  /** Whether the admin area is for them, and that page has a way back there. */
  isStaff: boolean
  /** What went wrong with the page, if something did. */
  failure: ApiError | null
}

const shared = processValue<AsyncLocalStorage<RequestContext>>('requests')
shared.current ??= new AsyncLocalStorage()
const requests = shared.current

/** A client's own id helps to find its request in logs. Nothing is looked up by it, so any id is accepted. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

/** @param offered the X-Request-Id that the client sent; it is kept when it is well-formed */
export const newRequestContext = (offered: unknown): RequestContext => ({
  requestId: typeof offered === 'string' && REQUEST_ID.test(offered) ? offered : randomUUID(),
  route: null,
  userId: null,
  email: null,
  isStaff: false,
  failure: null,
})

export const withRequestContext = <Result>(record: RequestContext, serve: () => Result): Result => requests.run(record, serve)

/** Undefined where there is no server: in commands and tests. */
export const currentRequest = (): RequestContext | undefined => requests.getStore()

/** Says who made the request, as far as it is known. */
export function setRequestUser(user: { id: number; email: string; isStaff: boolean } | null | undefined): void {
  const record = currentRequest()
  if (record && user) Object.assign(record, { userId: user.id, email: user.email, isStaff: user.isStaff })
}

/** Says why a page is refused, for the page that is shown in its place (page-failure.ts). */
export function setPageError(refusal: ApiError): void {
  const record = currentRequest()
  if (record) record.failure ??= refusal
}

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

export function logServerError(requestId: string, method: string, path: string, error: unknown): void {
  log().error({ requestId, method, path, ...errorFields(error) }, 'fault')
}

/** The client's network address, which only the connection itself can tell: set by instrumentation.ts from the socket on every request, over whatever a client sent under this name. */
export const PEER_ADDRESS_HEADER = 'x-latchkey-peer-address'

/**
 * The address of the client: the socket's, or with TRUSTED_PROXY_HOPS = n the n-th from the right of what proxies wrote
 * to X-Forwarded-For; the client may have written what is left of that (ASVS 4.1.3). A request with fewer entries bypassed a
 * proxy: its address is the socket's.
 * @returns in one canonical form; null when it is not known
 */
export function clientIp(headers: Headers, hops = settings().TRUSTED_PROXY_HOPS): string | null {
  const peer = headers.get(PEER_ADDRESS_HEADER)
  // Several headers of one name arrive as one, in their order, with commas between.
  const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((address) => address.trim())
  return canonicalAddress((hops === 0 ? peer : forwarded.at(-hops) || peer) ?? '')
}

/** Without port, brackets and zone, in short form and lower case; IPv4 in IPv6 as IPv4. */
function canonicalAddress(written: string): string | null {
  const [, bracketed = '', bare = ''] = /^\[([^\]]+)\](?::\d+)?$|^(.*)$/.exec(written) ?? []
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(bare)?.[1]
  const address = (withPort ?? (bracketed || bare)).replace(/%[^%]*$/, '')
  if (isIP(address) === 0 || (bracketed !== '' && !isIPv6(address))) return null
  if (!isIPv6(address)) return address
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (!mapped) return short
  const bytes = [mapped[1], mapped[2]].map((group) => Number.parseInt(group as string, 16))
  return bytes.flatMap((group) => [group >> 8, group & 255]).join('.')
}

/** What proxies write the client's address into. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded']

const warned = processValue<boolean>('proxyWarned')

/**
 * Says once for the process that a request has come through a proxy, as it seems, while none is trusted: behind one all clients
 * would be counted as one. A client that is connected itself may have sent the header, too.
 * @param headers as they came, before Next adds its own
 */
export function warnOfUntrustedProxy(headers: IncomingHttpHeaders, hops = settings().TRUSTED_PROXY_HOPS): void {
  if (hops > 0 || warned.current) return
  const header = PROXY_HEADERS.find((name) => headers[name] !== undefined)
  if (header === undefined) return
  warned.current = true
  const hint =
    'If a proxy is in front of this server, set TRUSTED_PROXY_HOPS to the number of proxies: all clients are limited together otherwise. If none is, a client sent the header itself, and it is ignored.'
  log().warn({ header, hint }, 'untrusted_proxy')
}

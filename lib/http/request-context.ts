/** What is known of the request that is being answered, for its log line and its error page; nothing of it decides anything. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiError } from '../errors.ts'
import { errorFields, log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { clientIp, PEER_ADDRESS_HEADER } from './client-ip.ts'

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

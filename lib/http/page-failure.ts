/**
 * What a page answers that fails while Next renders it: a whole page with the right status. Next's own document is empty
 * without JavaScript, and 500 whatever went wrong.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError } from '../errors.ts'
import { PLAIN_PAGE_POLICY } from '../html.ts'
import { ADMIN_PAGE, loginPath, safeNextPath } from '../web/routes.ts'
import { currentRequest, logServerError, type RequestContext } from './request-context.ts'
import { errorPage, toApiError } from './responses.ts'

/**
 * Next tells of an error here (instrumentation.ts) before it answers.
 * @param route the path as the application declares it, not as the client wrote it
 */
export function noteRequestError(error: unknown, method: string, route: string): void {
  const record = currentRequest()
  const known = toApiError(error)
  // A page takes no input that could be invalid: what it was asked for cannot be.
  const failure = known instanceof ApiError ? known : new ApiError(400, { detail: 'The address is not valid.' })
  if (failure.status >= 500) logServerError(record?.requestId ?? randomUUID(), method, route, error)
  if (record) record.failure ??= failure
}

/** The page that a refused user can start again from. */
const frontOf = (page: string | null, { isStaff }: RequestContext) =>
  isStaff && /^\/admin([/?]|$)/.test(page ?? '') && page !== ADMIN_PAGE ? ADMIN_PAGE : '/'

/** Serves a request; if the page failed, or refused (setPageError), the person gets the error page instead of Next's answer. */
export function withErrorPage(record: RequestContext, request: IncomingMessage, response: ServerResponse, serve: () => boolean): boolean {
  const { writeHead, write, end } = response
  let replaced = false

  /** @returns whether the error page has been sent, so that nothing else may be */
  const replace = (): boolean => {
    const { failure, requestId } = record
    if (replaced || failure === null || response.headersSent || response.statusCode < 400) return replaced
    replaced = true
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'etag', 'link']) response.removeHeader(name)
    Reflect.apply(writeHead, response, [
      failure.status,
      {
        ...failure.headers,
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': PLAIN_PAGE_POLICY,
        'Cache-Control': 'private, no-store',
      },
    ])
    const page = safeNextPath(request.url)
    const back = failure.body.code === 'not_staff' ? loginPath(page ?? ADMIN_PAGE) : failure.status < 500 ? frontOf(page, record) : page
    Reflect.apply(end, response, [errorPage(failure.status, failure.body.code, requestId, back ?? '/', record.email, true)])
    return true
  }

  response.writeHead = ((...args: [number]) => {
    if (!response.headersSent) response.statusCode = args[0]
    return replace() ? response : Reflect.apply(writeHead, response, args)
  }) as typeof response.writeHead
  response.write = ((...args: [string]) => replace() || Reflect.apply(write, response, args)) as typeof response.write
  response.end = ((...args: []) => (replace() ? response : Reflect.apply(end, response, args))) as typeof response.end
  return serve()
}

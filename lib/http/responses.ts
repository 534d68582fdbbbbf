/** Responses for API clients, in Django REST framework's shapes, and error pages. */

import { STATUS_CODES } from 'node:http'
import { isGone, isUnavailable } from '../db/errors.ts'
import { ApiError, DATABASE_RETRY_AFTER, ServiceUnavailable, Throttled, TokenError, ValidationFailed } from '../errors.ts'
import { fieldOptions } from '../fields/text.ts'
import { settings } from '../settings.ts'
import { API_SECURITY_HEADERS, transportHeaders } from '../web/security-headers.ts'
import { PARSED_MEDIA_TYPES } from './body.ts'
import type { Endpoint, Result } from './endpoint.ts'
import { ERROR_PAGE_POLICY, errorPage } from './error-page.ts'
import { messagesByField } from './messages.ts'
import { PROBLEM_MEDIA_TYPE, RENDERED_MEDIA_TYPES } from './negotiation.ts'

/** What every answer of one request has in common. */
export interface ResponseContext {
  requestId: string
  /** The methods of the path. */
  allow: string
  /** Whether errors are wanted as problem details. */
  problem: boolean
}

function headersOf({ requestId, allow }: ResponseContext, more: Record<string, string> = {}): Headers {
  const common = { Vary: 'Accept', Allow: allow, 'X-Request-Id': requestId }
  return new Headers({ ...API_SECURITY_HEADERS, ...transportHeaders(), ...common, ...more })
}

export function json(frame: ResponseContext, status: number, body: unknown, more: Record<string, string> = {}): Response {
  return new Response(body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body), {
    status,
    headers: headersOf(frame, { ...more, 'Content-Type': 'application/json' }),
  })
}

/** Redirects stay on the host that the browser knows: the target is a path. */
export function seeOther(frame: ResponseContext, path: string, cookies: string[], more: Record<string, string> = {}): Response {
  const headers = headersOf(frame, { Location: path, ...more })
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** Gives an error the shape in which it is answered; what is not known is a fault of ours and says nothing. */
export function toApiError(error: unknown): ApiError | ValidationFailed {
  if (error instanceof ApiError || error instanceof ValidationFailed) return error
  if (error instanceof TokenError) return new ApiError(401, { detail: error.message, code: 'token_not_valid' })
  if (isGone(error)) return new ApiError(409, { detail: 'A related object no longer exists.', code: 'deleted_meanwhile' })
  if (isUnavailable(error)) return new ServiceUnavailable('database_unavailable', DATABASE_RETRY_AFTER)
  return new ApiError(500, { detail: 'A server error occurred.', code: 'error' })
}

/** An error for an API client. */
export function errorResponse(frame: ResponseContext, error: ApiError | ValidationFailed): Response {
  if (error instanceof ValidationFailed) return failure(frame, 400, messagesByField(error.errors))
  const challenge = error.status === 401 ? { 'WWW-Authenticate': `${settings().AUTH_HEADER_TYPES[0]} realm="api"` } : {}
  return failure(frame, error.status, error.body, { ...challenge, ...error.headers }, error instanceof Throttled ? error.violated : [])
}

function failure(
  frame: ResponseContext,
  status: number,
  body: object,
  headers: Record<string, string> = {},
  violated: readonly string[] = [],
) {
  if (!frame.problem) return json(frame, status, body, headers)
  const response = json(frame, status, problemDetails(status, body, frame.requestId, violated), headers)
  response.headers.set('Content-Type', PROBLEM_MEDIA_TYPE)
  return response
}

export function errorPageResponse(
  frame: ResponseContext,
  { status, body, headers }: ApiError,
  back: string,
  email: string | null = null,
): Response {
  const page = { ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': ERROR_PAGE_POLICY }
  return new Response(errorPage(status, body.code, frame.requestId, back, email), { status, headers: headersOf(frame, page) })
}

/** An address that nothing answers. @param page whether the client is a browser, which is shown a page */
export function notFound(frame: ResponseContext, page: boolean): Response {
  const error = new ApiError(404, { detail: 'Not found.' })
  return page ? errorPageResponse(frame, error, '/') : errorResponse(frame, error)
}

/** The answer to a HEAD of what is made only for a GET. */
export const headerOnly = (frame: ResponseContext, mediaType = 'application/json'): Response =>
  new Response(null, { status: 200, headers: headersOf(frame, { 'Content-Type': mediaType }) })

/** A success for an API client. @param mediaType of an endpoint that answers with text */
export const successResponse = (frame: ResponseContext, answer: Result, mediaType?: string) =>
  mediaType !== undefined || answer.body instanceof ReadableStream
    ? new Response(answer.body instanceof ReadableStream ? answer.body : String(answer.body), {
        status: answer.status ?? 200,
        headers: headersOf(frame, { ...answer.headers, 'Content-Type': mediaType ?? 'application/json' }),
      })
    : answer.status === 303 && typeof answer.redirect === 'string'
      ? seeOther(frame, answer.redirect, [])
      : answer.status === 204
        ? new Response(null, { status: 204, headers: headersOf(frame) })
        : json(frame, answer.status ?? 200, answer.body, answer.headers)

/** Of a 429 (draft-ietf-httpapi-ratelimit-headers-11, §"Problem Types"). */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded'

/**
 * The members of an ordinary error, with those of problem details around them.
 * @param body what is answered otherwise: `detail` and `code`, or messages by field
 * @param violated the limits that a 429 is about, as `RateLimit-Policy` names them
 */
export const problemDetails = (status: number, body: object, requestId: string, violated: readonly string[] = []) => ({
  ...body,
  type: status === 429 ? QUOTA_EXCEEDED : 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  instance: `urn:request:${requestId}`,
  ...(violated.length > 0 && { 'violated-policies': violated }),
})

const labelOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

export function metadata(endpoint: Endpoint) {
  const view = {
    name: endpoint.contract.name,
    description: endpoint.contract.description,
    renders: RENDERED_MEDIA_TYPES,
    parses: PARSED_MEDIA_TYPES,
  }
  if (!endpoint.contract.metadata) return view
  const fields = Object.entries(endpoint.contract.input?.shape ?? {}).map(([name, field]) => {
    const options = fieldOptions(field)
    const limit = options?.maxLength === undefined ? {} : { max_length: options.maxLength }
    return [name, { type: options?.type ?? 'string', required: true, read_only: false, label: options?.label ?? labelOf(name), ...limit }]
  })
  const readOnly = endpoint.contract.metadata.readOnly.map((name) => {
    return [name, { type: 'string', required: false, read_only: true, label: labelOf(name) }]
  })
  return { ...view, actions: { [endpoint.contract.method]: Object.fromEntries([...fields, ...readOnly]) } }
}

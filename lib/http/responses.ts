/** Responses for API clients, in Django REST framework's shapes, and error pages. */
import { STATUS_CODES } from 'node:http'
import { isGone, isUnavailable } from '../db/client.ts'
import { ApiError, DATABASE_RETRY_AFTER, ServiceUnavailable, Throttled, TokenError, ValidationFailed } from '../errors.ts'
import { fieldOptions } from '../fields/text.ts'
import { escapeHtml, leavePage, PLAIN_PAGE_POLICY, plainPage } from '../html.ts'
import { settings } from '../settings.ts'
import { ADMIN_PAGE } from '../web/routes.ts'
import { API_SECURITY_HEADERS, transportHeaders } from '../web/security-headers.ts'
import { PARSED_MEDIA_TYPES } from './body.ts'
import type { Endpoint, Result } from './endpoint.ts'
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
  const page = { ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PLAIN_PAGE_POLICY }
  return new Response(errorPage(status, body.code, frame.requestId, back, email), { status, headers: headersOf(frame, page) })
}

/** A page that leads a browser to another site. It says nowhere where the browser comes from, and is shown to no one again. */
export function leaveResponse(frame: ResponseContext, { url, name }: { url: URL; name: string }, cookies: string[]): Response {
  const page = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': PLAIN_PAGE_POLICY,
    'Referrer-Policy': 'no-referrer',
  }
  const headers = headersOf(frame, page)
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return new Response(leavePage(url, name), { status: 200, headers })
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

/** What an error page says. */
interface Words {
  title: string
  text: string
}

function wordsFor(status: number, code: string | undefined, email: string | null, reads: boolean): Words {
  const saved = reads ? '' : 'Nothing was saved. '
  if (code === 'not_staff') {
    return {
      title: 'This page is for staff',
      text: `You are authenticated as ${email}, but are not authorized to access this page. Would you like to login to a different account?`,
    }
  }
  if (code === 'csrf_failed') {
    return {
      title: 'This page expired',
      text: 'We couldn’t verify this request, so nothing was changed. Open the page again and try once more.',
    }
  }
  if (code === 'other_account') {
    return {
      title: `You are signed in as ${email} now`,
      text: 'The form was opened by another account, so nothing was changed. Go back to the page to continue with this account, or sign in to the other one again.',
    }
  }
  if (status === 403)
    return { title: 'You do not have permission', text: 'Nothing was changed. Ask an administrator if you need to do this.' }
  if (status === 404)
    return { title: 'Page not found', text: 'Perhaps it was deleted. If you typed the address, check that it is correct.' }
  if (status === 413) return { title: 'That was too much to send', text: 'Nothing was saved. Shorten what you entered and try again.' }
  if (status === 503) return { title: 'The service is not available', text: `${saved}Try again in a few seconds.` }
  if (status >= 500) return { title: 'Sorry, there is a problem with the service', text: `${saved}Try again later.` }
  return { title: 'That could not be read', text: 'Nothing was changed. Go back to the page and try again.' }
}

const FRONTS: Record<string, string> = { '/': 'Go to the home page', [ADMIN_PAGE]: 'Go to the admin area' }

/**
 * The page a form's post ends on when it cannot go back to the form: plain HTML that needs nothing else to load.
 * @param status the response's status
 * @param code the error's stable code, if it has one
 * @param requestId shown for the person to quote
 * @param back path of the page that holds the form; the home page where there is nothing to go back to, the admin area's
 * front for staff there, and its login page for others
 * @param email of the signed-in user, if the page or form is not theirs
 * @param reads whether the page was only looked at, so that nothing was to be saved
 */
export function errorPage(
  status: number,
  code: string | undefined,
  requestId: string,
  back: string,
  email: string | null = null,
  reads = false,
): string {
  const { title, text } = wordsFor(status, code, email, reads)
  const label = code === 'not_staff' ? 'Log in to a different account' : (FRONTS[back] ?? 'Back to the page')
  const links = [[back, label], ...(back === ADMIN_PAGE ? [['/', FRONTS['/']]] : [])].map(
    ([href = '', text]) => `<a href="${escapeHtml(href)}">${text}</a>`,
  )
  return plainPage(
    title,
    `<p>${escapeHtml(text)}</p><p>${links.join(' · ')}</p>
<p><small>Reference: ${escapeHtml(requestId)}</small></p>`,
  )
}

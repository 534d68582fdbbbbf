/** Responses for API clients, in Django REST framework's shapes, and error pages. */
import { STATUS_CODES } from 'node:http'
import { isGone, isUnavailable } from '../db/client.ts'
import { ApiError, DATABASE_RETRY_AFTER, ServiceUnavailable, Throttled, TokenError, ValidationFailed } from '../errors.ts'
import { fieldOptions } from '../fields/text.ts'
import { escapeHtml } from '../html.ts'
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

/** The page's content security policy: it has its few styles inline and nothing else. */
export const ERROR_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The pages' colors (app/styles/tokens.css), written out because nothing else can be counted on here. */
const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.55 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; box-sizing: border-box; padding: 1.5rem clamp(1.25rem, 4vw, 4rem); display: flex; flex-direction: column; color: light-dark(#14201b, #e9f0ea); background: light-dark(#f7f9f6, #0f1513) }
header { display: flex; align-items: center; gap: .625rem; font-size: 1.25rem; font-weight: 700 }
main { max-width: 36rem; margin: auto 0; padding-block: 3rem }
h1 { font-size: clamp(2rem, 1.4rem + 2.4vw, 3.125rem); line-height: 1.06; letter-spacing: -.015em; margin: 0 0 1rem; text-wrap: balance; overflow-wrap: anywhere }
a { color: light-dark(#0d6146, #82d9b4); text-underline-offset: .2em } small { color: light-dark(#4d5b54, #a7b5ac); overflow-wrap: anywhere }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px }
.arch { fill: light-dark(#0d6146, #82d9b4) } .hole { fill: light-dark(#f7f9f6, #0f1513) }`

const MARK = `<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path class="arch" d="M5 30V13a11 11 0 0 1 22 0v17Z"/><path class="hole" d="M16 10.5a3.6 3.6 0 0 1 1.9 6.66L19.2 24h-6.4l1.3-6.84A3.6 3.6 0 0 1 16 10.5Z"/></svg>`

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
  const app = escapeHtml(settings().APP_NAME)
  return `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – ${app}</title><style>${STYLE}</style></head>
<body><header>${MARK}${app}</header><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p>${links.join(' · ')}</p>
<p><small>Reference: ${escapeHtml(requestId)}</small></p></main></body></html>
`
}

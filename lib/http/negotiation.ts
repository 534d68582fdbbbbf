/**
 * What a request's headers ask of the answer: JSON, HTML or problem details by Accept, and whether anything has changed, by
 * entity tags.
 */
import { createHash } from 'node:crypto'
import { ApiError } from '../errors.ts'

/** Problem details (RFC 9457): the shape of errors for those who ask for it by `Accept`. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

export type Representation = 'json' | 'html'

const RENDERERS = [
  ['application/json', 'json'],
  ['text/html', 'html'],
] as const

export const RENDERED_MEDIA_TYPES: readonly string[] = RENDERERS.map(([mediaType]) => mediaType)

/** Who asks for errors as problem details, and for nothing else, is answered successes in JSON. */
const ACCEPTED = [...RENDERERS, [PROBLEM_MEDIA_TYPE, 'json']] as const

/**
 * Chooses as Django REST framework's DefaultContentNegotiation does: by how specific a range is, q ignored.
 * @param accept the Accept header, null when absent
 * @param format the query parameter `format`, null when absent
 * @throws ApiError 406, and 404 for a format that is not served
 */
export function negotiate(accept: string | null, format: string | null): Representation {
  if (format !== null && format !== 'json' && format !== 'api') throw new ApiError(404, { detail: 'Not found.' })
  const ranges = (accept ?? '*/*').split(',').map((range) => parseRange(range))
  for (const precedence of [3, 2, 1, 0]) {
    for (const [mediaType, representation] of ACCEPTED) {
      if (ranges.some((range) => range.precedence === precedence && covers(range.mediaType, mediaType))) return representation
    }
  }
  throw new ApiError(406, { detail: 'Could not satisfy the request Accept header.' })
}

function parseRange(text: string) {
  const [mediaType = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const names = parameters.map((parameter) => parameter.split('=')[0])
  const specific = names.length > 0 && !(names.length === 1 && names[0] === 'q') ? 3 : 2
  const precedence = mediaType === '*/*' ? 0 : mediaType.endsWith('/*') ? 1 : specific
  return { mediaType, precedence }
}

function covers(range: string, mediaType: string): boolean {
  const [main, sub] = range.split('/')
  const [wantedMain, wantedSub] = mediaType.split('/')
  return (main === '*' || main === wantedMain) && (sub === '*' || sub === wantedSub)
}

/** Whether a request wants a page rather than JSON. */
export function prefersPage(request: Request): boolean {
  try {
    return negotiate(request.headers.get('accept'), null) === 'html'
  } catch {
    return false
  }
}

/** Whether Accept names problem details; a wildcard that covers them does not ask for them. */
export const asksForProblem = (accept: string | null): boolean =>
  (accept ?? '').split(',').some((range) => {
    const [mediaType = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return mediaType === PROBLEM_MEDIA_TYPE && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })

/** The strong entity tag of a representation (RFC 9110 §8.8.3): the same for the same bytes, and for no others. */
export const entityTag = (body: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`

const tagsOf = (header: string) => header.split(',').map((tag) => tag.trim())

/** A GET whose answer the client has already is 304 without a body (§13.1.2, weak comparison). */
export function unlessMatched(response: Response, ifNoneMatch: string | null): Response {
  const etag = response.headers.get('etag')
  const known = tagsOf(ifNoneMatch ?? '').map((tag) => tag.replace(/^W\//, ''))
  if (etag === null || response.status !== 200 || !(known.includes(etag.replace(/^W\//, '')) || known.includes('*'))) return response
  response.headers.delete('content-type')
  return new Response(null, { status: 304, headers: response.headers })
}

/**
 * Lets a change through only while what it is about is as the client saw it (§13.1.1, strong comparison). To be asked in
 * the change's own transaction.
 * @param ifMatch the header; null where the client did not ask @param current what a GET answers now
 * @throws ApiError 412
 */
export function requireMatch(ifMatch: string | null, current: unknown): void {
  if (ifMatch === null || ifMatch.trim() === '*' || tagsOf(ifMatch).includes(entityTag(current))) return
  throw new ApiError(412, { detail: 'The resource has changed since you fetched it.', code: 'precondition_failed' })
}

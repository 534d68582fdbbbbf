/** Chooses JSON or HTML as Django REST framework's DefaultContentNegotiation does: by how specific a range is, q ignored. */
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

/** Problem details (RFC 9457): the shape of errors for those who ask for it by `Accept`. */
import { STATUS_CODES } from 'node:http'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** Of a 429 (draft-ietf-httpapi-ratelimit-headers-11, §"Problem Types"). */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded'

/** Whether Accept names problem details; a wildcard that covers them does not ask for them. */
export const asksForProblem = (accept: string | null): boolean =>
  (accept ?? '').split(',').some((range) => {
    const [mediaType = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return mediaType === PROBLEM_MEDIA_TYPE && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })

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

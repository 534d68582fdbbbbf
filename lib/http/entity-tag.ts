/** Entity tags and what clients ask with them (RFC 9110 §8.8.3, §13.1). */
import { createHash } from 'node:crypto'
import { ApiError } from '../errors.ts'

/** The strong tag of a representation: the same for the same bytes, and for no others. */
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

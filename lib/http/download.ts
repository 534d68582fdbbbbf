/** What a browser gets in place of a download that fails: the page with its link again, and what is wrong. */
import { ApiError, ValidationFailed } from '../errors.ts'
import { offersToken } from '../sessions/principal.ts'
import { flashCookie } from '../web/cookies.ts'
import type { Endpoint } from './endpoint.ts'
import { encodeFlash } from './flash.ts'
import { formErrors } from './form-responses.ts'
import { prefersPage } from './negotiation.ts'
import { errorPageResponse, type ResponseContext, seeOther } from './responses.ts'

/** Whether a browser follows a link to a file. A token in a header is an API client's, which is answered in JSON. */
export const isDownload = ({ policy: { sideEffects, recentAuthentication } }: Endpoint, request: Request): boolean =>
  request.method === 'GET' &&
  sideEffects === true &&
  typeof recentAuthentication === 'object' &&
  prefersPage(request) &&
  !offersToken(request.headers.get('authorization'))

/** @param page where the link stands, as its query makes it */
export function downloadFailure(frame: ResponseContext, error: ApiError | ValidationFailed, page: string): Response {
  // Its fields are the address's: no page has them to be corrected.
  if (error instanceof ValidationFailed) return errorPageResponse(frame, new ApiError(400, { detail: '' }), page)
  const errors = formErrors(error)
  if (errors === null) return errorPageResponse(frame, error, page)
  const { pathname } = new URL(page, 'http://base.invalid')
  return seeOther(frame, page, [flashCookie(encodeFlash({ form: pathname, errors }))])
}

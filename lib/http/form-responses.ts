/** Responses to a browser's form: a redirect (303) with what the next page has to show in a flash cookie. */
import { ApiError, type FieldErrors, OtherAccount, StillReferenced, Throttled, ValidationFailed } from '../errors.ts'
import { verifySlidingToken } from '../jwt/tokens.ts'
import { offersToken } from '../sessions/principal.ts'
import {
  clearedDraftCookie,
  clearedKnownEmailCookie,
  clearedPendingLoginCookie,
  clearedSessionCookie,
  deviceCookie,
  draftCookie,
  flashCookie,
  keepLink,
  readDraftCookie,
  readKnownEmail,
  readPendingLogin,
  sessionCookie,
} from '../web/cookies.ts'
import { loginPath, reauthenticatePath, SIGN_IN_PAGES } from '../web/routes.ts'
import type { Context, Endpoint, Form, Result } from './endpoint.ts'
import { encodeFlash, readDraft } from './flash.ts'
import { prefersPage } from './negotiation.ts'
import { errorPageResponse, leaveResponse, type ResponseContext, seeOther } from './responses.ts'

/**
 * With the end of a session the browser forgets what it kept of this site (ASVS 14.3.1). Not "cookies": that would take the
 * theme, the device's cookie and the message for the next page with it, and other sites' of the same domain.
 */
const CLEARED_SITE_DATA = { 'Clear-Site-Data': '"cache", "storage"' }

/** A form's success: on to the next page, with the cookie that the use case set or ended. @param userId whose draft may be shown */
export function formSuccess(
  frame: ResponseContext,
  answer: Result,
  form: Form,
  next: string | null,
  context: Context,
  userId: number | null,
): Response {
  const cookies: string[] = [...(answer.setCookies ?? [])]
  const { cookie } = answer
  if (answer.leaveTo) return leaveResponse(frame, answer.leaveTo, cookies)
  if (cookie === null) cookies.push(clearedSessionCookie(), clearedDraftCookie())
  else if (cookie) cookies.push(sessionCookie(cookie.token, cookie.expires && cookie.expires.getTime() / 1000, context.now))
  if (cookie && readKnownEmail(context.cookies) !== null) cookies.push(clearedKnownEmailCookie())
  if (cookie && readPendingLogin(context.cookies) !== null) cookies.push(clearedPendingLoginCookie())
  if (cookie?.device !== undefined) cookies.push(deviceCookie(cookie.device))
  const { redirect = next ?? form.success, flash = {} } = answer
  const target = typeof redirect === 'function' ? redirect(next) : redirect
  const status = (flash.status === undefined ? form.status : flash.status) ?? undefined
  // A sign-in leads back to the form that waits; a form that is saved after all has no draft any more.
  const leadsBack = SIGN_IN_PAGES.includes(form.page)
  const draft = userId !== null && readDraft(context.cookies, userId, leadsBack ? target : form.page)
  if (draft) cookies.push(clearedDraftCookie())
  if (draft && leadsBack) cookies.push(flashCookie(encodeFlash({ status: 'reauthenticated_unsaved', ...draft })))
  else if (status || flash.values) cookies.push(flashCookie(encodeFlash({ form: target, status, values: flash.values })))
  return seeOther(frame, target, cookies, cookie === null ? CLEARED_SITE_DATA : {})
}

/** The mailed link that a form belongs to. */
export interface FormLink {
  token: string
  /** The Cookie header of its browser. */
  cookies: string | null
}

/** What a form sent besides its input. */
interface SentForm {
  /** Where it is to lead. */
  next: string | null
  link: FormLink | null
  /** What it held, without its secrets. */
  values: Record<string, string>
}

/** A failure for a form: back to it with what is wrong, or a page of its own where the form cannot say it. */
export function formFailure(frame: ResponseContext, error: ApiError | ValidationFailed, form: Form, sent: SentForm): Response {
  const own = ownLink(form, sent)
  const kept = own ? [own.cookie] : []
  const errors = formErrors(error)
  if (errors === null) {
    const email = error instanceof OtherAccount ? error.email : null
    const response = errorPageResponse(frame, error as ApiError, own?.path ?? form.page, email)
    for (const cookie of kept) response.headers.append('Set-Cookie', cookie)
    return response
  }
  const shownAt =
    error instanceof ValidationFailed && error.page !== undefined ? Object.create(form, { page: { value: error.page } }) : form
  return formKept(frame, shownAt, sent, [], errors)
}

/** A link's form comes back for that very link, also where the browser has forgotten it. */
const ownLink = ({ page }: Form, { link }: SentForm) => link && keepLink(link.cookies, page, link.token)

/** Back to a form, with what it held and what is wrong with it. */
export function formKept(frame: ResponseContext, form: Form, sent: SentForm, cookies: string[], errors?: FieldErrors): Response {
  const own = ownLink(form, sent)
  const flash = flashCookie(encodeFlash({ form: own?.path ?? form.page, errors, values: sent.values }))
  return seeOther(frame, own?.path ?? withNext(form.page, sent.next), [flash, ...(own ? [own.cookie] : []), ...cookies])
}

const pathOf = (page: string) => new URL(page, 'http://base.invalid').pathname

/** A page with the way on from there. Where that is the page itself, with parameters of its own, it is as it was. */
const withNext = (page: string, next: string | null) =>
  next === null ? page : pathOf(next) === page ? next : `${page}?next=${encodeURIComponent(next)}`

/** Back to a form that searched for something: with what was typed, and the words to search for in the address. */
export function formFound(
  frame: ResponseContext,
  { page }: Form,
  next: string | null,
  words: Record<string, string>,
  values: Record<string, string>,
): Response {
  const query = new URLSearchParams({ ...(next !== null && { next }), ...words })
  return seeOther(frame, `${page}?${query}`, [flashCookie(encodeFlash({ form: page, values }))])
}

/**
 * Asks a browser for the password and leads it back to the page; there, what was sent is shown again, to be sent once more.
 * @param page where it is done
 * @param values what the form held, without its secrets
 * @param status the message shown there where the form held nothing
 */
export function redirectToReauthentication(
  frame: ResponseContext,
  page: string,
  next: string | null,
  values: Record<string, string>,
  userId: number,
  status?: string,
): Response {
  const draft = Object.keys(values).length > 0 || status ? [draftCookie(encodeFlash({ form: page, status, values, user: userId }))] : []
  return seeOther(frame, reauthenticatePath(withNext(page, next)), draft)
}

/**
 * Leads a browser whose session is over to the login page, and from there back to the form.
 * @param values what the form held, without its secrets: shown there again to the same account
 * @param userId whose session it was; null where that cannot be told, and nothing is kept
 */
export function redirectToLogin(
  frame: ResponseContext,
  page: string,
  next: string | null,
  values: Record<string, string>,
  userId: number | null,
): Response {
  const login = loginPath(withNext(page, next))
  const typed = Object.keys(values).length > 0
  const draft = typed && userId !== null ? [draftCookie(encodeFlash({ form: page, values, user: userId }))] : []
  const status = !typed ? 'session_expired' : draft.length > 0 ? 'session_expired_input_kept' : 'session_expired_input_lost'
  return seeOther(frame, login, [flashCookie(encodeFlash({ form: pathOf(login), status })), ...draft])
}

/** Of what is not available now: the form that was sent says so. */
const FORM_CODES = ['overloaded', 'provider_unreachable']

export function formErrors(error: ApiError | ValidationFailed): FieldErrors | null {
  if (error instanceof ValidationFailed) return error.errors
  if (error instanceof Throttled) return { non_field_errors: [`throttled:${error.retryAfter}`] }
  if (error instanceof StillReferenced) return { non_field_errors: [`still_referenced:${error.rows}`] }
  // Its page may not be for the account that is signed in now.
  if (error instanceof OtherAccount) return null
  // What the state of things forbids is said where it was tried.
  const { code } = error.body
  return code !== undefined && (FORM_CODES.includes(code) || error.status === 409) ? { non_field_errors: [code] } : null
}

/** Whether a browser follows a link to a file. A token in a header is an API client's, which is answered in JSON. */
export const isDownload = ({ policy: { sideEffects, recentAuthentication } }: Endpoint, request: Request): boolean =>
  request.method === 'GET' &&
  sideEffects === true &&
  typeof recentAuthentication === 'object' &&
  prefersPage(request) &&
  !offersToken(request.headers.get('authorization'))

/** What a browser gets in place of a download that fails. @param page where the link stands, as its query makes it */
export function downloadFailure(frame: ResponseContext, error: ApiError | ValidationFailed, page: string): Response {
  // Its fields are the address's: no page has them to be corrected.
  if (error instanceof ValidationFailed) return errorPageResponse(frame, new ApiError(400, { detail: '' }), page)
  const errors = formErrors(error)
  if (errors === null) return errorPageResponse(frame, error, page)
  const { pathname } = new URL(page, 'http://base.invalid')
  return seeOther(frame, page, [flashCookie(encodeFlash({ form: pathname, errors }))])
}

/**
 * Whether a request was refused because it has no valid session. A token in a header is an API client's, which is told so in JSON.
 * @param error with which the request ended before anything was known of who makes it
 */
export const isSignedOut = ({ policy: { access } }: Pick<Endpoint, 'policy'>, { headers }: Request, error: unknown): boolean =>
  access === 'authenticated' && error instanceof ApiError && error.status === 401 && !offersToken(headers.get('authorization'))

/** The user id whose draft may be shown: the signed-in user's, or that of the login just completed. */
export async function draftOwner({ principal, browserPrincipal, cookies, now }: Context, { cookie }: Result): Promise<number | null> {
  if (readDraftCookie(cookies) === null) return null
  if (principal) return principal.user.id
  return cookie ? (await verifySlidingToken(cookie.token, now)).claims.userId : (browserPrincipal?.user.id ?? null)
}

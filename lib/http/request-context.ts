/** What is known of the request that is being answered, for its log line and its error page; nothing of it decides anything. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { ApiError } from '../errors.ts'
import { processValue } from '../process-state.ts'

export interface RequestContext {
  requestId: string
  /** The path as the application declares it; null while nothing has said it. */
  route: string | null
  userId: number | null
  /** Shown on the page that refuses the user, and never logged. */
  email: string | null
  /** Whether the admin area is for them, and that page has a way back there. */
  isStaff: boolean
  /** What went wrong with the page, if something did. */
  failure: ApiError | null
}

const shared = processValue<AsyncLocalStorage<RequestContext>>('requests')
shared.current ??= new AsyncLocalStorage()
const requests = shared.current

/** A client's own id helps to find its request in logs. Nothing is looked up by it, so any id is accepted. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

/** @param offered the X-Request-Id that the client sent; it is kept when it is well-formed */
export const newRequestContext = (offered: unknown): RequestContext => ({
  requestId: typeof offered === 'string' && REQUEST_ID.test(offered) ? offered : randomUUID(),
  route: null,
  userId: null,
  email: null,
  isStaff: false,
  failure: null,
})

export const withRequestContext = <Result>(record: RequestContext, serve: () => Result): Result => requests.run(record, serve)

/** Undefined where there is no server: in commands and tests. */
export const currentRequest = (): RequestContext | undefined => requests.getStore()

/** Says who made the request, as far as it is known. */
export function setRequestUser(user: { id: number; email: string; isStaff: boolean } | null | undefined): void {
  const record = currentRequest()
  if (record && user) Object.assign(record, { userId: user.id, email: user.email, isStaff: user.isStaff })
}

/** Says why a page is refused, for the page that is shown in its place (page-failure.ts). */
export function setPageError(refusal: ApiError): void {
  const record = currentRequest()
  if (record) record.failure ??= refusal
}

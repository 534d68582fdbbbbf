/** Serves endpoints: everything that happens to a request happens here, in this order, and nowhere else. */
import { randomUUID } from 'node:crypto'
import { isUnchecked } from '../authentication/login-limits.ts'
import { ApiError, ReauthenticationRequired, ValidationFailed } from '../errors.ts'
import { cookieExpiry } from '../jwt/tokens.ts'
import { hashingFor } from '../passwords/pool.ts'
import { offersToken, type Principal, principalFromCookie, principalFromHeader, userIdOfExpiredSession } from '../sessions/principal.ts'
import { ipPrefix } from '../throttle/policies.ts'
import { sessionCookie } from '../web/cookies.ts'
import {
  allowOrigin,
  checkOrigin,
  formPage,
  isOwnScript,
  preflightResponse,
  requirePermission,
  requireRecentAuthentication,
} from './access.ts'
import type { Context, Endpoint, Result } from './endpoint.ts'
import * as forms from './form-responses.ts'
import { downloadFailure, draftOwner, isDownload, isSignedOut } from './form-responses.ts'
import { storeNothing, withIdempotencyKey } from './idempotency.ts'
import { atPath, matchesPath, pathParameters, readQuery, validateInput } from './input.ts'
import { asksForProblem, negotiate, prefersPage, unlessMatched } from './negotiation.ts'
import { clientIp, currentRequest, logServerError, setRequestUser } from './request-context.ts'
import { fieldsOf, newRequestState, onlyChecks, type RequestState, requireOwnForm, submittedFields } from './request-state.ts'
import * as responses from './responses.ts'
import { oneAtATime, Throttling } from './throttling.ts'

type Handler = (request: Request) => Promise<Response>

/** The route handlers of one path: its endpoints' methods, and the answers that Django REST framework gives to the others. */
export function serve(...endpoints: Endpoint[]): Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', Handler> {
  const handler: Handler = async (request) =>
    preflightResponse(request, allowedMethods(endpoints)) ?? allowOrigin(request, await handle(endpoints, request))
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler, OPTIONS: handler }
}

/** The same for a route that stands for several endpoints' paths: `/api/admin/[model]/` for each model's that is declared. */
export function serveEach(endpoints: readonly Endpoint[]): ReturnType<typeof serve> {
  const paths = [...new Set(endpoints.map(({ contract: { path } }) => path))]
  const served = new Map(paths.map((path) => [path, serve(...endpoints.filter((endpoint) => endpoint.contract.path === path))]))
  const handler: Handler = async (request) => {
    const path = paths.find((known) => matchesPath(known, request.url))
    const handlers = path === undefined ? undefined : served.get(path)
    if (handlers) return handlers.GET(request)
    return allowOrigin(request, responses.notFound(frameOf([], request), false))
  }
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler, OPTIONS: handler }
}

/** What an address of the API answers that no endpoint has: a page to browsers, and JSON to API clients of any origin that is allowed. */
export function serveUnknown(): ReturnType<typeof serve> {
  const handler: Handler = async (request) => {
    const preflight = preflightResponse(request, ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    return preflight ?? allowOrigin(request, responses.notFound(frameOf([], request), prefersPage(request)))
  }
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler, OPTIONS: handler }
}

function allowedMethods(endpoints: Endpoint[]): string[] {
  const methods: string[] = endpoints.map((endpoint) => endpoint.contract.method)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

const frameOf = (endpoints: Endpoint[], request: Request) => ({
  requestId: currentRequest()?.requestId ?? randomUUID(),
  allow: allowedMethods(endpoints).join(', '),
  problem: asksForProblem(request.headers.get('accept')),
})

async function handle(endpoints: Endpoint[], request: Request): Promise<Response> {
  const record = currentRequest()
  const frame = frameOf(endpoints, request)
  const method = methodOf(endpoints, request)
  // Where the method is not allowed, the path's first endpoint says who may know that.
  const endpoint = atPath((endpoints.find((candidate) => candidate.contract.method === method) ?? endpoints[0]) as Endpoint, request.url)
  if (record) record.route = endpoint.contract.path
  const wantsPage = endpoint.form !== undefined && endpoint.contract.method === method && prefersPage(request)
  const exchange = newRequestState(request, endpoint, method)
  let context: Context | null = null
  try {
    const accept = endpoint.contract.mediaType === undefined ? request.headers.get('accept') : null
    const representation = negotiate(accept, new URL(request.url).searchParams.get('format'))
    // A header that no other site can send authenticates alone: where it counts, the request's origin does not.
    const originCounts = endpoint.policy.access === 'public' || !offersToken(request.headers.get('authorization'))
    if (originCounts && !endpoint.policy.anyOrigin) checkOrigin(request, wantsPage, endpoint.policy.sideEffects === true)
    context = await authenticate(exchange, frame.requestId, representation === 'html' && wantsPage)
    setRequestUser(context.principal?.user ?? context.browserPrincipal?.user)
    if (method === 'OPTIONS') return responses.json(frame, 200, responses.metadata(endpoint))
    if (endpoint.contract.method !== method) throw new ApiError(405, { detail: `Method "${request.method}" not allowed.` })
    if (context.client === 'browser') await requireOwnForm(exchange, context)
    const throttling = new Throttling(endpoint, context)
    exchange.throttling = throttling
    if (exchange.kept === null) await throttling.caller()
    await requirePermission(endpoint.policy, context)
    if (exchange.kept === null) await requireRecentAuthentication(endpoint, context)
    context.query = readQuery(endpoint, request.url)
    if (request.method === 'HEAD' && endpoint.policy.sideEffects) return responses.headerOnly(frame, endpoint.contract.mediaType)
    const served = context
    const answer = await hashingFor(ipPrefix(context.clientIp), () => run(exchange, served, throttling))
    const response = withExtendedCookie(await respond(frame, exchange, context, answer), context, answer)
    const limited = withRateLimit(response, exchange)
    return method === 'GET' ? unlessMatched(limited, request.headers.get('if-none-match')) : limited
  } catch (error) {
    const known = responses.toApiError(error)
    // Who is led to where the password is asked for comes back, and is counted then.
    if (known instanceof ReauthenticationRequired) await exchange.throttling?.release()
    const client = context?.client ?? (wantsPage ? 'browser' : 'api')
    const stepUp = known instanceof ReauthenticationRequired && prefersPage(request)
    const downloads = isDownload(endpoint, request)
    const asks = stepUp || (context === null && (wantsPage || downloads) && isSignedOut(endpoint, request, known))
    // Of another site's form nothing is read.
    const checks = (context !== null || asks) && (await onlyChecks(exchange, client))
    const page = asks && !checks ? await formPage(endpoint, () => submittedFields(exchange, client)) : null
    if (page !== null) return askToReauthenticate(frame, page, exchange, client, context)
    if (known instanceof ApiError && known.status >= 500 && !isUnchecked(known))
      logServerError(frame.requestId, request.method, endpoint.contract.path, error)
    // The form's script asked, and gets what it asked for: no page, no cookie that speaks to the next one, no error in the console.
    if (checks) return known instanceof ValidationFailed ? responses.json(frame, 200, known.errors) : responses.errorResponse(frame, known)
    if (wantsPage && endpoint.form) return forms.formFailure(frame, known, endpoint.form, exchange)
    const linkedFrom = downloads ? await formPage(endpoint, () => submittedFields(exchange, client)) : null
    if (linkedFrom !== null) return downloadFailure(frame, known, linkedFrom)
    return withRateLimit(responses.errorResponse(frame, known), exchange)
  }
}

/** The method that is meant: GET by HEAD, and by a form's POST the one it names, if that one takes forms. */
function methodOf(endpoints: Endpoint[], request: Request): string {
  if (request.method === 'HEAD') return 'GET'
  const named = request.method === 'POST' ? new URL(request.url).searchParams.get('_method') : null
  const takesForms = endpoints.some(({ contract: { method }, form }) => method === named && form !== undefined)
  return named !== null && takesForms && prefersPage(request) ? named : request.method
}

async function authenticate(exchange: RequestState, requestId: string, page: boolean): Promise<Context> {
  const { request, endpoint } = exchange
  const now = new Date()
  const isBrowser = page || (endpoint.policy.forScripts === true && isOwnScript(request))
  const context: Context = {
    now,
    requestId,
    clientIp: clientIp(request.headers),
    userAgent: request.headers.get('user-agent') ?? '',
    principal: null,
    browserPrincipal: page ? await principalFromCookie(request.headers.get('cookie'), now) : null,
    client: isBrowser ? 'browser' : 'api',
    ownPage: false,
    cookies: isBrowser ? request.headers.get('cookie') : null,
    ifMatch: request.headers.get('if-match'),
    params: {},
    query: {},
    storeResult: storeNothing,
  }
  if (endpoint.policy.access === 'authenticated') context.principal = await requirePrincipal(request, now)
  else if (endpoint.policy.optionalPrincipal) context.principal = await principalFromHeader(request.headers.get('authorization'), now)
  context.params = requireParameters(exchange)
  return context
}

/** @throws ApiError 404 for an address that names nothing */
function requireParameters({ request, endpoint }: RequestState): Record<string, string> {
  const params = pathParameters(endpoint.contract.path, request.url)
  if (params === null) throw new ApiError(404, { detail: 'Not found.' })
  return params
}

async function requirePrincipal(request: Request, now: Date): Promise<Principal> {
  const principal =
    (await principalFromHeader(request.headers.get('authorization'), now)) ??
    (await principalFromCookie(request.headers.get('cookie'), now))
  if (!principal) throw new ApiError(401, { detail: 'Authentication credentials were not provided.' })
  return principal
}

async function run(exchange: RequestState, context: Context, throttling: Throttling): Promise<Result> {
  const { endpoint, request } = exchange
  if (exchange.kept !== null) return { body: null }
  if (exchange.search !== null) return { body: null }
  const nothing = !endpoint.contract.input && endpoint.contract.method === 'GET'
  const { data } = nothing ? { data: {} } : await fieldsOf(exchange, context.client)
  const ended = async (error: unknown) => {
    if (exchange.checks) await throttling.onlyChecked()
    await throttling.ended(error)
  }
  const act = async (keepAnswer = storeNothing) => {
    try {
      const input = nothing ? {} : await validateInput(endpoint, data, context, throttling)
      const answered = () => endpoint.run(input, { ...context, storeResult: keepAnswer })
      const answer = exchange.checks ? { body: null } : await oneAtATime(endpoint, context, request.signal, answered)
      await ended(null)
      return answer
    } catch (error) {
      await ended(error)
      throw error
    }
  }
  const repeatable = endpoint.policy.idempotencyKey && context.client === 'api'
  return repeatable ? withIdempotencyKey(endpoint.contract, context, request.headers.get('idempotency-key'), data, act) : act()
}

/**
 * Asks for the password, or for a login where the session is over. A form of the very page that it leads back to finds there
 * again what it held; a page that depends on that has it in its address.
 */
async function askToReauthenticate(
  frame: responses.ResponseContext,
  page: string,
  exchange: RequestState,
  client: Context['client'],
  context: Context | null,
) {
  const ownForm = client === 'browser' && page === exchange.endpoint.form?.page
  const { fields, next } = ownForm ? await submittedFields(exchange, client) : { fields: {}, next: null }
  const { recentAuthentication } = exchange.endpoint.policy
  const status = typeof recentAuthentication === 'object' ? recentAuthentication.status : undefined
  if (context) return forms.redirectToReauthentication(frame, page, next, fields, context.principal?.user.id ?? 0, status)
  const userId = await userIdOfExpiredSession(exchange.request.headers.get('cookie'), new Date())
  return forms.redirectToLogin(frame, page, next, fields, userId)
}

async function respond(frame: responses.ResponseContext, exchange: RequestState, context: Context, answer: Result): Promise<Response> {
  const { endpoint, next, kept, search, values } = exchange
  if (exchange.checks) return responses.json(frame, 200, {})
  if (kept !== null && endpoint.form) return forms.formKept(frame, endpoint.form, exchange, kept)
  if (search !== null && endpoint.form) return forms.formFound(frame, endpoint.form, next, search, values)
  if (context.client === 'browser' && endpoint.form)
    return forms.formSuccess(frame, answer, endpoint.form, next, context, await draftOwner(context, answer))
  const response = responses.successResponse(frame, answer, endpoint.contract.mediaType)
  if (endpoint.policy.forScripts && context.client === 'browser')
    for (const cookie of answer.setCookies ?? []) response.headers.append('Set-Cookie', cookie)
  return response
}

/** A cookie that was due is renewed by whatever answer comes first, unless that answer sets its own. */
function withExtendedCookie(response: Response, context: Context, answer: Result): Response {
  const { extendedToken, claims } = context.principal ?? {}
  if (extendedToken && claims && answer.cookie === undefined) {
    response.headers.append('Set-Cookie', sessionCookie(extendedToken, cookieExpiry(claims), context.now))
  }
  return response
}

function withRateLimit(response: Response, { throttling }: RequestState): Response {
  for (const [name, value] of Object.entries(throttling?.headers() ?? {})) response.headers.set(name, value)
  return response
}

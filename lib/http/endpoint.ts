/** What an endpoint is: declared once, served by serve(), listed by the tests and the API's description. */
import type * as z from 'zod/mini'
import type { Transaction } from '../db/client.ts'
import type { FieldErrors } from '../errors.ts'
import type { FieldsSchema } from '../fields/validate.ts'
import type { PermissionName } from '../permissions/user-permissions.ts'
import type { Principal } from '../sessions/principal.ts'
import type { ClientInfo } from '../sessions/session.ts'
import type { PolicyName } from '../throttle/policies.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a use case knows of the request besides its input. */
export interface Context extends ClientInfo {
  requestId: string
  /** Who calls; null on a public endpoint, whatever the request carried. */
  principal: Principal | null
  /** The session cookie's principal on a form's post, also where the endpoint is public; null for API clients. */
  browserPrincipal: Principal | null
  /** A browser's form wants a page, an API client JSON. */
  client: 'browser' | 'api'
  /** Whether a browser's form came from one of our own pages, which may ask for more than the API. */
  ownPage: boolean
  /** The Cookie header of a browser's form; null for API clients, whose cookies say nothing. */
  cookies: string | null
  /** The If-Match header, for endpoints that change what a GET answers with an ETag; null where there is none. */
  ifMatch: string | null
  /** The values of the path's parameters, decoded: `{id}` is `params.id`. */
  params: Record<string, string>
  /** The query's parameters that the endpoint declares, validated; those left out are not there. */
  query: Partial<Record<string, string>>
  /**
   * Keeps the answer for the request's Idempotency-Key, if it has one. Called last in the transaction that does the work, so that
   * both are committed or neither: whatever fails afterwards, a retry gets this answer and does nothing twice.
   * @returns the answer
   * @throws ApiError 409 where another request has taken the key over; the transaction is to be rolled back
   */
  storeResult: (tx: Transaction, answer: Result) => Promise<Result>
}

export interface Result {
  status?: number
  /** Sent to API clients as it is; null with a 204. Text where the endpoint has a `mediaType`; a stream is text already, bytes are JSON already. */
  body: unknown
  /** Further headers for API clients. */
  headers?: Record<string, string>
  /**
   * A browser's new sliding token, until when its cookie is kept (null: until the browser is closed), and by what the device
   * is known; null ends the cookie. Never sent to API clients.
   */
  cookie?: { token: string; expires: Date | null; device?: string } | null
  /** Further Set-Cookie headers for a browser's form, as they are sent. */
  setCookies?: string[]
  /** What the page that a browser's form leads to has to say, once (formState() of that page). */
  flash?: Record<string, string>
  /** Where a browser's form leads instead of the declared success, unless it names a safe `next`. */
  success?: string
  /** Where a browser's form leads instead of `next` and the declared success: a path of this site, which may depend on `next`. */
  location?: string | ((next: string | null) => string)
  /** The message shown there instead of the declared one; null for none. */
  statusMessage?: string | null
}

/**
 * How a browser's form is answered. Forms know GET and POST alone, so the form of a PATCH or DELETE posts to the same
 * path with `?_method=PATCH`. `{id}` in a page's path stands for what it stands for in the endpoint's.
 */
export interface FormTargets {
  /** The page that holds the form; errors are shown there. */
  page: string
  /** Where a success leads unless the form names a safe `next`. */
  success: string
  /** Whether the form has searches of its own (lib/http/form-search.ts). */
  searches?: true
  /** The message shown there (app/_ui/messages.ts). */
  status?: string
}

/** The headings under which the API's description lists operations, in its order. */
export const TAGS = [
  'Sign-up and login',
  'Tokens',
  'Sessions',
  'Email address',
  'Password',
  'Account',
  'Preferences',
  'Administration',
  'Service',
] as const

export interface Endpoint<Schema extends FieldsSchema = FieldsSchema> {
  method: Method
  /** With its trailing slash, as the original has it; it is served without one, too. `{id}` stands for one segment, whatever it is. */
  path: string
  /** As OPTIONS shows them. */
  name: string
  description: string
  /** The operation's name in generated clients; it never changes. */
  operationId: string
  /** What the API's description says in place of `name`. */
  summary?: string
  tag: (typeof TAGS)[number]
  /** What API clients are answered, by status: the body's schema, null for none. Errors that serve() makes go without saying. */
  responses: Record<number, z.ZodMiniType | null>
  /** Errors that the use case answers besides those that follow from the rest. */
  errorStatuses?: number[]
  /** Fields that a 400 may be about although they are not among the input. */
  errorFields?: string[]
  /** Public endpoints do not look at Authorization (the contract). */
  access: 'public' | 'authenticated'
  /** Whether a public endpoint of ours takes a token, too, and does more for its owner. */
  optionalPrincipal?: true
  /**
   * The permission that staff need to call it (Django's); with `authenticated` access. Others get 403, which is audited. Of several
   * permissions, any one is enough.
   */
  permission?: PermissionName | readonly PermissionName[]
  /**
   * Of a GET: whether it does more than read, such as writing an audit event. A HEAD does not run it, and a page of another site
   * cannot make a browser send it with its cookie.
   */
  sideEffects?: true
  /** The query's parameters, all of which may be left out; one that is not declared is refused. */
  query?: FieldsSchema
  /** What its successes are where that is text and not JSON; `run` answers with the text, whatever Accept says. */
  mediaType?: string
  /**
   * Only for a session whose owner logged in or entered the password within REAUTHENTICATION_TIMEOUT (step-up); with
   * `authenticated` access. A browser is led to /reauthenticate, and from there to the form's page, or to the one named here,
   * which shows again what was sent; it may depend on what the form, or a GET's query, holds, and on the form's `next`. What
   * needs it for some input alone says so in `run` (requireRecentAuthenticationNow). `status` is the message shown on the page afterwards
   * where nothing was sent that could be shown again.
   */
  recentAuthentication?: true | { page: string | ((fields: Record<string, string>, next: string | null) => string); status?: string }
  /**
   * How often it may be called; `account` names the address whose account or mailbox the input is about.
   */
  throttle?: { policy: PolicyName; account?: (input: z.infer<Schema>, context: Context) => string | null }
  /** Whether an account is given one such answer at a time: it is long, and costs as long as it is read. */
  oneAtATime?: true
  /**
   * Whether API clients may send it again with an Idempotency-Key and be answered as the first time. `run` keeps the answer in
   * the transaction that does the work (`context.keepAnswer`).
   */
  idempotencyKey?: true
  input?: Schema
  /** Whether a field, or a parameter of the address, that is not declared is refused, as in a query: where to ignore one would do more than was asked for. */
  strict?: true
  /** Whether fields may be left out (a PATCH): they are not among the input then. */
  partial?: boolean
  /**
   * The stored values by field name, where fields may be left out: a field that is sent as stored counts as left out, so that
   * untouched fields are neither checked nor changed.
   */
  stored?: (context: Context) => Promise<Record<string, string>>
  /** Whether OPTIONS lists the fields, as Django REST framework's generic views do, and those it answers with. */
  metadata?: { readOnly: string[] }
  /** What the schema cannot know, asked for the fields that are valid so far; runs with the other fields' errors collected. */
  validate?: (values: Partial<z.infer<Schema>>, context: Context) => Promise<FieldErrors>
  /**
   * What concerns several fields: asked of a form with whatever is valid, so that its page says everything at once, and of an
   * API client's input when each field is valid.
   */
  refine?: (input: Partial<z.infer<Schema>>) => FieldErrors
  /** The field in which the caller's own password is asked for (requireCurrentPassword): a form with other faults is told of a wrong one, too. */
  currentPassword?: keyof z.infer<Schema> & string
  /** Completes the raw fields before they are validated. */
  prepareInput?: (data: Record<string, unknown>, client: Context['client']) => Record<string, unknown>
  form?: FormTargets
  run: (input: z.infer<Schema>, context: Context) => Promise<Result>
}

/** Declares an endpoint; only so that its schema types its functions. */
export const endpoint = <Schema extends FieldsSchema>(declaration: Endpoint<Schema>): Endpoint => declaration as unknown as Endpoint

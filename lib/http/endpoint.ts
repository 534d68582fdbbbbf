/** What an endpoint is: declared once, served by serve(), listed by the tests and the API's description. */
import * as z from 'zod/mini'
import type { Transaction } from '../db/client.ts'
import type { FieldErrors } from '../errors.ts'
import type { FieldsSchema, FieldValues } from '../fields/text.ts'
import type { PermissionName } from '../permissions/user-permissions.ts'
import type { Principal } from '../sessions/principal.ts'
import type { ClientInfo } from '../sessions/session.ts'
import type { PolicyName } from '../throttle/policies.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a use case knows of the request besides its input. */
export interface Context<Query = FieldValues> extends ClientInfo {
  requestId: string
  /** Who calls; null on a public endpoint, except with `optionalPrincipal`. */
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
  query: Query
  /**
   * Keeps the answer for the request's Idempotency-Key, if it has one. Called last in the transaction that does the work, so that
   * both are committed or neither: whatever fails afterwards, a retry gets this answer and does nothing twice.
   * @returns the answer
   * @throws ApiError 409 where another request has taken the key over; the transaction is to be rolled back
   */
  storeResult: (tx: Transaction, answer: Result) => Promise<Result>
}

/** The context of an endpoint with `access: 'authenticated'`: the request has a principal. */
export interface AuthenticatedContext<Query = FieldValues> extends Context<Query> {
  principal: Principal
}

type Access = 'public' | 'authenticated'
type ContextFor<A extends Access, Query extends FieldsSchema = FieldsSchema> = A extends 'authenticated'
  ? AuthenticatedContext<Partial<z.infer<Query>>>
  : Context<Partial<z.infer<Query>>>

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
  /**
   * Another site that a browser's form leads to. It is led there by a page: pages forbid their forms to end on other sites
   * (`form-action`), also by a redirect.
   */
  leaveTo?: { url: URL; name: string }
  /** What the next page shows a browser, once. */
  flash?: {
    /** The message (lib/http/messages.ts) in place of the form's; null for none. */
    status?: string | null
    /** Values for the page (formState()) and for the message's text. */
    values?: Record<string, string>
  }
  /**
   * Where a browser's form leads, a path of this site; it may depend on the safe `next` that the form names. The default is
   * `next`, or else the form's declared success.
   */
  redirect?: string | ((next: string | null) => string)
}

/** The headings under which the API's description lists operations, in its order. */
export const TAGS = [
  'Sign-up and login',
  'Tokens',
  'Sessions',
  'Email address',
  'Password',
  'Second factor',
  'Passkeys',
  'Account',
  'Preferences',
  'Administration',
  'Service',
] as const

/** What clients may rely on: what is sent and what is answered. OPTIONS and the API's description show it. */
export interface Contract<Schema extends FieldsSchema = FieldsSchema, Query extends FieldsSchema = FieldsSchema> {
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
  input?: Schema
  /** Whether fields may be left out (a PATCH): they are not among the input then. */
  partial?: boolean
  /** Whether an undeclared field or query parameter is rejected: where ignoring one would do more than the client asked for. */
  strict?: true
  /** The query's parameters, all optional; an undeclared one is rejected. */
  query?: Query
  /** Whether an undeclared parameter is ignored instead: where another site writes the query. */
  openQuery?: true
  /** The responses to API clients, by status: the body's schema, null for none. Errors that serve() makes itself are left out. */
  responses: Record<number, z.ZodMiniType | null>
  /** Statuses of errors that the use case throws, besides those that follow from the rest of the declaration. */
  errorStatuses?: number[]
  /** Names that a 400 may use for its messages although they are not among the input. */
  errorFields?: string[]
  /** The media type of a success that is text and not JSON; `run` returns the text, whatever Accept says. */
  mediaType?: string
  /** Set where OPTIONS lists the fields, as Django REST framework's generic views do: the names of those in the response. */
  metadata?: { readOnly: string[] }
}

/** Who may call an endpoint, and how often. */
export interface Policy<Schema extends FieldsSchema = FieldsSchema, A extends Access = Access> {
  /** A public endpoint ignores the Authorization header, like the original. */
  access: A
  /** Set where a public endpoint reads the Authorization header after all, and does more for the token's owner. */
  optionalPrincipal?: true
  /**
   * The permission that staff need (Django's permissions); with `authenticated` access. Anyone else is answered 403, which is
   * audited. Any one of several is enough.
   */
  permission?: PermissionName | readonly PermissionName[]
  /**
   * Only for sessions that authenticated within REAUTHENTICATION_TIMEOUT (step-up); with `authenticated` access. A browser is
   * sent to /reauthenticate and from there to the form's page, or to `page`, which may depend on the form's fields (or a GET's
   * query) and its `next`. `status` is the message shown there where no values can be shown again. Where only some input needs
   * it, `run` calls requireRecentAuthenticationNow.
   */
  recentAuthentication?: true | { page: string | ((fields: Record<string, string>, next: string | null) => string); status?: string }
  /**
   * The field that asks for the user's own password (confirmIdentity). Accounts without a usable password are not asked for it:
   * they need a recent authentication. A form with other errors also says when the password is wrong.
   */
  currentPassword?: keyof z.infer<Schema> & string
  /** How often it may be called; `account` names the email address whose account or mailbox the input is about. */
  throttle?: { policy: PolicyName; account?(input: z.infer<Schema>, context: ContextFor<A>): string | null }
  /**
   * Whether scripts of our own pages call it as well. To them it is a browser's: their cookies are read and set, though the answer is
   * JSON.
   */
  forScripts?: true
  /** Whether an account gets one response at a time: a long one, which holds resources as long as it is read. */
  oneAtATime?: true
  /**
   * Whether API clients may repeat the request with an Idempotency-Key and get the first response again. `run` stores its result
   * in the transaction that does the work (`context.storeResult`).
   */
  idempotencyKey?: true
  /**
   * Of a GET: whether it does more than read, such as writing an audit event. A HEAD does not run it, and another site cannot
   * make a browser send it with its cookie. With `state` another site leads here, with a state that this browser was given.
   */
  sideEffects?: true | 'state'
  /** Whether any site may make a browser send it: a POST that does no more than a link of that site could. It has no form. */
  anyOrigin?: true
}

/**
 * How a browser's form is answered. Forms know GET and POST alone, so the form of a PATCH or DELETE posts to the same
 * path with `?_method=PATCH`. `{id}` in a page's path stands for what it stands for in the endpoint's.
 */
export interface Form {
  /** The page that holds the form; errors are shown there. */
  page: string
  /** Where a success leads unless the form names a safe `next`. */
  success: string
  /** The message shown there (lib/http/messages.ts). */
  status?: string
  /** Whether a success may lead to another site (`leaveTo`). */
  leaves?: true
  /** Whether the form has searches of its own (lib/http/request-state.ts). */
  searches?: true
}

/** The contract, the policy and the form are data; the functions beside them are called in the order of this declaration. */
export interface Endpoint<
  Schema extends FieldsSchema = FieldsSchema,
  A extends Access = Access,
  Query extends FieldsSchema = FieldsSchema,
> {
  contract: Contract<Schema, Query>
  policy: Policy<Schema, A>
  form?: Form
  /** Completes the raw fields before they are validated. */
  prepareInput?(data: Record<string, unknown>, client: Context['client']): Record<string, unknown>
  /**
   * The stored values by the fields' names, where fields may be left out: one that is sent as it is stored counts as left out,
   * so an unchanged field is neither validated nor written.
   */
  stored?(context: ContextFor<A>): Promise<Record<string, string>>
  /** Checks what the schema cannot know, for the fields that are valid so far; the other fields' errors are reported with its own. */
  validate?(values: Partial<z.infer<Schema>>, context: ContextFor<A>): Promise<FieldErrors>
  /**
   * Checks that concern several fields. A form's valid fields are always checked, so that its page shows every error at once; an
   * API client's only once each field is valid, as Django REST framework does.
   */
  refine?(input: Partial<z.infer<Schema>>): FieldErrors
  run(input: z.infer<Schema>, context: ContextFor<A, Query>): Promise<Result>
}

/** Declares an endpoint: the schemas of its input and its query, and its access, give its functions their types. */
export const endpoint = <Schema extends FieldsSchema, const A extends Access, Query extends FieldsSchema>(
  declaration: Endpoint<Schema, A, Query>,
): Endpoint => declaration

/** A sentence for people. */
export const detailShape = z.object({ detail: z.string() }).register(z.globalRegistry, { id: 'Message' })

export const emptyShape = z.object({}).register(z.globalRegistry, { id: 'Empty' })

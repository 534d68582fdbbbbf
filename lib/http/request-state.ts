/** A request on its way through serve(), and what its form holds besides the input. */
import { OtherAccount } from '../errors.ts'
import { ACCOUNT_FIELD, CHECK_FIELD, fieldOptions, isTheme, OPEN_FIELD, THEME_FIELD } from '../fields/text.ts'
import { isLinkToken, themeCookie } from '../web/cookies.ts'
import { LINK_PAGES, safeNextPath } from '../web/routes.ts'
import { readBody } from './body.ts'
import type { Context, Endpoint } from './endpoint.ts'
import type { FormLink } from './form-responses.ts'
import { isDictionary } from './input.ts'
import type { Throttling } from './throttling.ts'

/** State shared by the steps of one request. */
export interface RequestState {
  request: Request
  endpoint: Endpoint
  method: string
  /** Where the form wants to lead, if it may. */
  next: string | null
  /** The mailed link that the form belongs to: its token, and the Cookie header that holds what else is open. */
  link: FormLink | null
  /** What the form held, without its secrets, to be shown again. */
  values: Record<string, string>
  /** What the body holds, once it is asked for: it can be read only once. */
  fields: Promise<{ data: unknown }> | null
  /** The cookies of a form that is to come back as it is instead of being saved; null where it is to be saved. */
  kept: string[] | null
  /** Whether the form only asks what is wrong with it. */
  checks: boolean
  /** What the form is to search for instead of being saved. */
  search: Record<string, string> | null
  /** Once the request has come as far as being counted. */
  throttling: Throttling | null
}

export const newRequestState = (request: Request, endpoint: Endpoint, method: string): RequestState => ({
  request,
  endpoint,
  method,
  next: null,
  link: null,
  values: {},
  fields: null,
  kept: null,
  checks: false,
  search: null,
  throttling: null,
})

/** Whether a form was sent from a page of another account, in another tab. A form that does not say is taken as it is. */
const isOfOtherAccount = (data: Record<string, unknown>, userId: number): boolean =>
  typeof data[ACCOUNT_FIELD] === 'string' && data[ACCOUNT_FIELD] !== '' && data[ACCOUNT_FIELD] !== String(userId)

/** Notes which of our pages a form is of. @throws OtherAccount where another account has signed in since the form's page was opened */
export async function requireOwnForm(exchange: RequestState, context: Context): Promise<void> {
  const user = (context.principal ?? context.browserPrincipal)?.user
  // A body that cannot be read is refused where it is needed.
  const fields = await fieldsOf(exchange, context.client).catch(() => null)
  if (!isDictionary(fields?.data)) return
  context.ownPage = ACCOUNT_FIELD in fields.data
  if (user && isOfOtherAccount(fields.data, user.id)) throw new OtherAccount(user.email)
}

/** The body, read once. */
export function fieldsOf(exchange: RequestState, client: Context['client']): Promise<{ data: unknown }> {
  exchange.fields ??= readFields(exchange, client)
  return exchange.fields
}

async function readFields(exchange: RequestState, client: Context['client']): Promise<{ data: unknown }> {
  const { data } = await readBody(exchange.request)
  if (client === 'browser' && exchange.endpoint.form && isDictionary(data)) {
    // A button's comes after the form's own.
    exchange.next = safeNextPath(Array.isArray(data.next) ? data.next.at(-1) : data.next)
    exchange.values = valuesToRedisplay(exchange.endpoint, data)
    exchange.link = linkOf(exchange, data)
    exchange.kept = isTheme(data[THEME_FIELD]) ? [themeCookie(data[THEME_FIELD])] : OPEN_FIELD in data ? [] : null
    exchange.checks = CHECK_FIELD in data
    exchange.search = exchange.endpoint.form.searches ? formSearch(data) : null
  }
  return { data }
}

/** What a form on a mailed link's page sends besides: its own link, whichever others the browser has opened. */
function linkOf({ request, endpoint: { form } }: RequestState, { token }: Record<string, unknown>): RequestState['link'] {
  if (form === undefined || !LINK_PAGES.includes(form.page) || !isLinkToken(token)) return null
  return { token, cookies: request.headers.get('cookie') }
}

/** Whether a form only asks what is wrong with it, however far its request has come. */
export async function onlyChecks(exchange: RequestState, client: Context['client']): Promise<boolean> {
  if (client === 'browser' && exchange.request.method === 'POST') await fieldsOf(exchange, client).catch(() => null)
  return exchange.checks
}

/** The input of a refused request, so that it need not be entered again; empty if it cannot be read. */
export async function submittedFields(
  exchange: RequestState,
  client: Context['client'],
): Promise<{ fields: Record<string, string>; next: string | null }> {
  const { request, method } = exchange
  if (method === 'GET') return { fields: Object.fromEntries(new URL(request.url).searchParams), next: null }
  await fieldsOf(exchange, client).catch(() => null)
  return { fields: exchange.values, next: exchange.next }
}

const FIND = 'find_'

/**
 * Searches inside a form, without JavaScript: a field `find_x` with a button `_find` beside it. Sent with it, the form saves
 * nothing: it comes back with what was typed and what was found.
 * @returns the words to search for, by the names of their fields; null where the form is to be saved. Enter presses the form's first
 * button, `_enter`, which searches where the words differ from those that were found last (`found_x`), and saves otherwise.
 */
export function formSearch(data: Record<string, unknown>): Record<string, string> | null {
  const words = Object.entries(data).filter((entry): entry is [string, string] => entry[0].startsWith(FIND) && typeof entry[1] === 'string')
  const isNew = ([name, value]: [string, string]) => value.trim() !== String(data[`found_${name.slice(FIND.length)}`] ?? '')
  const wanted = data._find !== undefined || (data._enter !== undefined && words.some(isNew))
  return wanted ? Object.fromEntries(words.map(([name, value]) => [name, value.trim()])) : null
}

/** What a form held, as text and without its secrets, to be shown again. */
export function valuesToRedisplay(endpoint: Endpoint, data: Record<string, unknown>): Record<string, string> {
  const shown = Object.entries(endpoint.contract.input?.shape ?? {}).filter(([, field]) => !fieldOptions(field)?.secret)
  return Object.fromEntries(
    shown.flatMap(([name, field]) => {
      const value = fieldOptions(field)?.preprocess?.(data[name]) ?? data[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

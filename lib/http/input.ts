/** What a request says, as its endpoint declares it: the body's fields, the query's, and the parameters of the path. */
import * as z from 'zod/mini'
import { confirmPassword } from '../authentication/identify.ts'
import { type FieldErrors, ValidationFailed } from '../errors.ts'
import {
  ACCOUNT_FIELD,
  type FieldsSchema,
  type FieldValues,
  JsonNumber,
  strip,
  unknownNames,
  validateFields,
  validateQuery,
  withoutField,
} from '../fields/text.ts'
import { isUsablePassword } from '../passwords/hash.ts'
import type { Context, Endpoint } from './endpoint.ts'
import type { Throttling } from './throttling.ts'

/** What a form holds besides its fields. */
const OF_FORMS = ['next', ACCOUNT_FIELD]

export const isDictionary = (data: unknown): data is Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof JsonNumber)

/** Python's name for the type of a JSON value. */
function pythonType(data: unknown): string {
  if (Array.isArray(data)) return 'list'
  if (data instanceof JsonNumber) return /^-?\d+$/.test(String(data)) ? 'int' : 'float'
  return typeof data === 'string' ? 'str' : 'bool'
}

/** @throws ValidationFailed with all that is wrong; @throws Throttled once the account is known */
export async function validateInput(endpoint: Endpoint, data: unknown, context: Context, throttling: Throttling): Promise<FieldValues> {
  if (data === null) throw new ValidationFailed({ non_field_errors: ['no_data'] })
  if (!isDictionary(data)) throw new ValidationFailed({ non_field_errors: [`not_a_dictionary:${pythonType(data)}`] })
  const schema = inputSchema(endpoint, context)
  if (!schema) {
    await throttling.account({})
    return {}
  }
  const completed = endpoint.prepareInput?.(data, context.client) ?? data
  const touched = endpoint.stored ? withoutStored(completed, await endpoint.stored(context)) : completed
  const { values, errors } = validateFields(schema, touched, endpoint.contract.partial)
  if (Object.keys(errors).length === 0) await throttling.account(values)
  const fields = Object.keys(schema.shape)
  const isForm = context.client === 'browser'
  const merged = inOrder(fields, errors, (await endpoint.validate?.(values, context)) ?? {}, isForm ? refine(endpoint, values, errors) : {})
  const unknown = endpoint.contract.strict ? unknownNames(schema, data, OF_FORMS) : []
  if (unknown.length > 0) merged.non_field_errors = unknown
  if (Object.keys(merged).length > 0) {
    throw new ValidationFailed(isForm ? inOrder(fields, merged, await wrongPassword(endpoint, values, context)) : merged)
  }
  // To API clients, as Django REST framework does, only when each field is valid.
  const refined = isForm ? {} : refine(endpoint, values)
  if (Object.keys(refined).length > 0) throw new ValidationFailed(refined)
  return values
}

/** The input's schema, without the field for the current password where the account has none. */
function inputSchema({ contract: { input }, policy: { currentPassword } }: Endpoint, { principal }: Context): FieldsSchema | undefined {
  if (!input || !currentPassword || !principal || isUsablePassword(principal.user.password)) return input
  return withoutField(input, currentPassword)
}

/** What concerns several fields, but of none that has been found wrong by itself. */
function refine(endpoint: Endpoint, values: FieldValues, errors: FieldErrors = {}): FieldErrors {
  const found = Object.entries(endpoint.refine?.(values) ?? {})
  return Object.fromEntries(found.filter(([field]) => !Object.hasOwn(errors, field)))
}

/** Where a form is refused anyway, whether its owner's password is wrong as well: `run` would say that only the next time. */
async function wrongPassword(
  { policy: { currentPassword: field } }: Endpoint,
  values: FieldValues,
  context: Context,
): Promise<FieldErrors> {
  const password = field && values[field]
  if (!field || typeof password !== 'string' || context.principal === null) return {}
  try {
    await confirmPassword(context.principal.user, password, field, context)
    return {}
  } catch (error) {
    if (error instanceof ValidationFailed) return error.errors
    throw error
  }
}

/** The fields whose text differs from the stored one; outer spaces are no difference. */
const withoutStored = (data: Record<string, unknown>, stored: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).filter(
      ([name, value]) => !(typeof value === 'string' && Object.hasOwn(stored, name) && strip(value) === strip(stored[name] ?? '')),
    ),
  )

/** Several sets of errors as one, in the order in which the schema names the fields; then those of no field. */
function inOrder(fields: string[], ...sets: FieldErrors[]): FieldErrors {
  const named = new Set([...fields, ...sets.flatMap((errors) => Object.keys(errors))])
  const merged = [...named].map((field) => [field, sets.flatMap((errors) => errors[field] ?? [])] as const)
  return Object.fromEntries(merged.filter(([, codes]) => codes.length > 0))
}

/** What serve() itself reads of an address. */
const OF_SERVE = ['format', '_method']

const NOTHING: FieldsSchema = z.object({})

/**
 * The query's declared parameters. An undeclared one is an error, never ignored: a list that ignored a filter would show too
 * much, and one that passed it on would filter by any column it names (AD-3).
 * @throws ValidationFailed
 */
export function readQuery({ contract: { query: declared, strict, openQuery } }: Endpoint, url: string): FieldValues {
  const query = declared ?? (strict ? NOTHING : undefined)
  if (!query) return {}
  const given = Object.entries(Object.fromEntries(new URL(url).searchParams))
  const read = openQuery ? given.filter(([name]) => Object.hasOwn(query.shape, name)) : given
  const { values, errors } = validateQuery(query, Object.fromEntries(read), OF_SERVE)
  if (Object.keys(errors).length > 0) throw new ValidationFailed(errors)
  return values
}

/** Longest value of a path's parameter, in characters; no id has a quarter of it. */
const PARAMETER_LENGTH = 255

/** Neither what a database refuses nor what is a path of its own: control characters, half a character pair, slashes. */
const IMPOSSIBLE_PARAMETER = /[\x00-\x1f\x7f/\\]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

const segmentsOf = (path: string) => path.replace(/^\/|\/$/g, '').split('/')

/**
 * Matches a request's address against an endpoint's path, with and without the trailing slash:
 * `/api/accounts/sessions/{id}/` has one parameter, `id`.
 * @param url as the request has it, percent-encoded
 * @returns the decoded values by name; null when the address is not of this path, or a value can be none (a broken or
 * non-UTF-8 escape, nothing at all, more than PARAMETER_LENGTH characters)
 */
export function pathParameters(path: string, url: string): Record<string, string> | null {
  if (!path.includes('{')) return {}
  const [names, values] = [segmentsOf(path), segmentsOf(new URL(url).pathname)]
  if (names.length !== values.length) return null
  const parameters: Record<string, string> = {}
  for (const [index, name] of names.entries()) {
    const value = decodeParameter(values[index] as string)
    if (value === null) return null
    if (name.startsWith('{')) parameters[name.slice(1, -1)] = value
    else if (name !== value) return null
  }
  return parameters
}

/** Whether a request's address is of a path, with and without the trailing slash. */
export const matchesPath = (path: string, url: string): boolean =>
  path.includes('{') ? pathParameters(path, url) !== null : segmentsOf(path).join('/') === segmentsOf(new URL(url).pathname).join('/')

function decodeParameter(segment: string): string | null {
  try {
    const value = decodeURIComponent(segment)
    return value === '' || value.length > PARAMETER_LENGTH || IMPOSSIBLE_PARAMETER.test(value) ? null : value
  } catch {
    return null
  }
}

/** An endpoint with the parameters of a request's path filled into its form's pages. */
export function atPath(endpoint: Endpoint, url: string): Endpoint {
  const { form } = endpoint
  if (!form || !/\{/.test(form.page + form.success)) return endpoint
  const params = pathParameters(endpoint.contract.path, url) ?? {}
  const fill = (page: string) => page.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  // Its getters go on being asked when they are read.
  return { ...endpoint, form: Object.create(form, { page: { value: fill(form.page) }, success: { value: fill(form.success) } }) }
}

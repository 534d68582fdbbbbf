import { type FieldErrors, ValidationFailed } from '../errors.ts'
import { type FieldsSchema, validateFields } from '../fields/validate.ts'
import type { Endpoint } from './endpoint.ts'

/** What serve() itself reads of an address. */
const OWN = ['format', '_method']

/** As much of an unknown name as is said back, in characters. */
const NAME_LENGTH = 100

/**
 * The parameters of a query that an endpoint declares. One that it does not is an error, never ignored: a list that ignores a
 * filter shows what nobody asked for, and one that passes it on filters by whatever column it names (AD-3).
 * @throws ValidationFailed
 */
export function readQuery({ query }: Pick<Endpoint, 'query'>, url: string): Partial<Record<string, string>> {
  if (!query) return {}
  const { values, errors } = validateQuery(query, Object.fromEntries(new URL(url).searchParams))
  if (Object.keys(errors).length > 0) throw new ValidationFailed(errors)
  return values
}

/** @param given parameters as they came; of equal ones the last */
export function validateQuery(
  schema: FieldsSchema,
  given: Record<string, unknown>,
): { values: Partial<Record<string, string>>; errors: FieldErrors } {
  const { values, errors } = validateFields(schema, given, true)
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(schema.shape, name) && !OWN.includes(name))
  const codes = unknown.map((name) => `unknown_parameter:${name.slice(0, NAME_LENGTH)}`)
  return { values, errors: codes.length > 0 ? { ...errors, non_field_errors: codes } : errors }
}

/** What a query holds, validated by its schema. */
import * as z from 'zod/mini'
import { type FieldErrors, ValidationFailed } from '../errors.ts'
import { truncate } from '../fields/text.ts'
import { type FieldsSchema, type FieldValues, validateFields } from '../fields/validate.ts'
import type { Endpoint } from './endpoint.ts'

/** What serve() itself reads of an address. */
const OWN = ['format', '_method']

const NOTHING: FieldsSchema = z.object({})

/** As much of an unknown name as is said back, in code points. */
const NAME_LENGTH = 100

/**
 * The query's declared parameters. An undeclared one is an error, never ignored: a list that ignored a filter would show too
 * much, and one that passed it on would filter by any column it names (AD-3).
 * @throws ValidationFailed
 */
export function readQuery({ contract: { query: declared, strict } }: Endpoint, url: string): FieldValues {
  const query = declared ?? (strict ? NOTHING : undefined)
  if (!query) return {}
  const { values, errors } = validateQuery(query, Object.fromEntries(new URL(url).searchParams))
  if (Object.keys(errors).length > 0) throw new ValidationFailed(errors)
  return values
}

/** @param given parameters as they came; of equal ones the last */
export function validateQuery<Schema extends FieldsSchema>(
  schema: Schema,
  given: Record<string, unknown>,
): { values: Partial<z.infer<Schema>>; errors: FieldErrors } {
  const { values, errors } = validateFields(schema, given, true)
  const codes = unknownNames(schema, given, OWN)
  return { values, errors: codes.length > 0 ? { ...errors, non_field_errors: codes } : errors }
}

/** The codes of names that a schema does not declare. @param own names that are no fields */
export const unknownNames = (schema: FieldsSchema, given: Record<string, unknown>, own: readonly string[]): string[] =>
  Object.keys(given)
    .filter((name) => !Object.hasOwn(schema.shape, name) && !own.includes(name))
    .map((name) => `unknown_parameter:${truncate(name, NAME_LENGTH)}`)

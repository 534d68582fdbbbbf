/** What a request holds, validated by its endpoint's schema. */
import { type FieldErrors, ValidationFailed } from '../errors.ts'
import { JsonNumber } from '../fields/json-number.ts'
import { strip } from '../fields/text.ts'
import { validateFields } from '../fields/validate.ts'
import type { Context, Endpoint } from './endpoint.ts'
import { ACCOUNT_FIELD } from './form-account.ts'
import { unknownNames } from './query.ts'
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
export async function validateInput(
  endpoint: Endpoint,
  data: unknown,
  context: Context,
  throttling: Throttling,
): Promise<Record<string, string>> {
  if (data === null) throw new ValidationFailed({ non_field_errors: ['no_data'] })
  if (!isDictionary(data)) throw new ValidationFailed({ non_field_errors: [`not_a_dictionary:${pythonType(data)}`] })
  if (!endpoint.input) {
    await throttling.account({})
    return {}
  }
  const completed = endpoint.complete?.(data, context.client) ?? data
  const touched = endpoint.stored ? withoutStored(completed, await endpoint.stored(context)) : completed
  const { values, errors } = validateFields(endpoint.input, touched, endpoint.partial)
  if (Object.keys(errors).length === 0) await throttling.account(values as Record<string, string>)
  const found = await endpoint.check?.(values, context)
  const merged = inOrder(Object.keys(endpoint.input.shape), errors, found ?? {})
  const unknown = endpoint.strict ? unknownNames(endpoint.input, data, OF_FORMS) : []
  if (unknown.length > 0) merged.non_field_errors = unknown
  if (Object.keys(merged).length > 0) throw new ValidationFailed(merged)
  const input = values as Record<string, string>
  const refined = endpoint.refine?.(input) ?? {}
  if (Object.keys(refined).length > 0) throw new ValidationFailed(refined)
  return input
}

/** The fields whose text is another than the stored one; outer blanks are nobody's change. */
const withoutStored = (data: Record<string, unknown>, stored: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).filter(
      ([name, value]) => !(typeof value === 'string' && Object.hasOwn(stored, name) && strip(value) === strip(stored[name] ?? '')),
    ),
  )

/** Both sets of errors, in the order in which the schema names the fields. */
function inOrder(fields: string[], first: FieldErrors, second: FieldErrors): FieldErrors {
  const merged: FieldErrors = {}
  for (const field of fields) {
    const codes = [...(first[field] ?? []), ...(second[field] ?? [])]
    if (codes.length > 0) merged[field] = codes
  }
  return merged
}

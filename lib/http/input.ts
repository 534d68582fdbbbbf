/** What a body holds, validated by its endpoint's schema. */
import { confirmIdentity } from '../authentication/identify.ts'
import { type FieldErrors, ValidationFailed } from '../errors.ts'
import { ACCOUNT_FIELD } from '../fields/form-buttons.ts'
import { JsonNumber } from '../fields/json-number.ts'
import { strip } from '../fields/text.ts'
import { type FieldValues, validateFields } from '../fields/validate.ts'
import type { Context, Endpoint } from './endpoint.ts'
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
export async function validateInput(endpoint: Endpoint, data: unknown, context: Context, throttling: Throttling): Promise<FieldValues> {
  if (data === null) throw new ValidationFailed({ non_field_errors: ['no_data'] })
  if (!isDictionary(data)) throw new ValidationFailed({ non_field_errors: [`not_a_dictionary:${pythonType(data)}`] })
  if (!endpoint.contract.input) {
    await throttling.account({})
    return {}
  }
  const completed = endpoint.prepareInput?.(data, context.client) ?? data
  const touched = endpoint.stored ? withoutStored(completed, await endpoint.stored(context)) : completed
  const { values, errors } = validateFields(endpoint.contract.input, touched, endpoint.contract.partial)
  if (Object.keys(errors).length === 0) await throttling.account(values)
  const fields = Object.keys(endpoint.contract.input.shape)
  const isForm = context.client === 'browser'
  const merged = inOrder(fields, errors, (await endpoint.validate?.(values, context)) ?? {}, isForm ? refine(endpoint, values, errors) : {})
  const unknown = endpoint.contract.strict ? unknownNames(endpoint.contract.input, data, OF_FORMS) : []
  if (unknown.length > 0) merged.non_field_errors = unknown
  if (Object.keys(merged).length > 0) {
    throw new ValidationFailed(isForm ? inOrder(fields, merged, await wrongPassword(endpoint, values, context)) : merged)
  }
  // To API clients, as Django REST framework does, only when each field is valid.
  const refined = isForm ? {} : refine(endpoint, values)
  if (Object.keys(refined).length > 0) throw new ValidationFailed(refined)
  return values
}

/** What concerns several fields, but of none that has been found wrong by itself. */
function refine(endpoint: Endpoint, values: FieldValues, errors: FieldErrors = {}): FieldErrors {
  const found = Object.entries(endpoint.refine?.(values) ?? {})
  return Object.fromEntries(found.filter(([field]) => !Object.hasOwn(errors, field)))
}

/** Where a form is refused anyway, whether its owner's password is wrong as well: `run` would say that only the next time. */
async function wrongPassword({ form }: Endpoint, values: FieldValues, context: Context): Promise<FieldErrors> {
  const field = form?.currentPassword
  const password = field && values[field]
  if (!field || typeof password !== 'string' || context.principal === null) return {}
  try {
    await confirmIdentity(context.principal.user, { password }, field, context)
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

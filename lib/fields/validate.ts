/** Runs a schema's fields one by one, as Django REST framework's serializers do: every field's errors are collected. */
import type * as z from 'zod/mini'
import type { FieldErrors } from '../errors.ts'
import type { DateTime } from './choice.ts'
import { type Field, fieldOptions } from './text.ts'

/** What a field may yield. `String()` makes of it the text that the field takes. */
export type FieldValue = string | boolean | number | number[] | DateTime | null

/** Values by the names of their fields; what was left out is not there. */
export type FieldValues = Partial<Record<string, FieldValue>>

/** Whichever fields it has: any of them may have been left out. */
export type FieldsSchema = z.ZodMiniObject<Record<string, Field<FieldValue | undefined>>>

/**
 * @param data the fields as they came; keys that the schema does not name are ignored and never passed on
 * @param partial whether any field may be left out (Django REST framework's `partial=True`)
 * @returns the values of the valid fields and the error codes of the others, in the schema's order
 */
export function validateFields<Schema extends FieldsSchema>(
  schema: Schema,
  data: Record<string, unknown>,
  partial = false,
): { values: Partial<z.infer<Schema>>; errors: FieldErrors } {
  const values: FieldValues = {}
  const errors: FieldErrors = {}
  for (const [name, field] of Object.entries(schema.shape)) {
    const given = Object.hasOwn(data, name) && data[name] !== undefined
    if (!given && (partial || fieldOptions(field)?.optional)) continue
    const outcome = field.safeParse(given ? data[name] : undefined)
    if (outcome.success) values[name] = outcome.data
    else errors[name] = outcome.error.issues.map((issue) => issue.message)
  }
  return { values: values as Partial<z.infer<Schema>>, errors }
}

import { zodResolver } from '@hookform/resolvers/zod'
import type { Resolver } from 'react-hook-form'
import type { FieldsSchema } from '#lib/fields/text'

/** A form's values by field name: texts, which the schema still checks. */
export type Values = Record<string, unknown>

/** Checks a form in the browser with the very schema that the endpoint has; the messages are its error codes. */
export const schemaResolver = (schema: FieldsSchema): Resolver<Values> => zodResolver(schema)

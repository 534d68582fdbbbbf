import { zodResolver } from '@hookform/resolvers/zod'
import type { Resolver } from 'react-hook-form'
import type { FieldsSchema } from '#lib/fields/validate'

/** What a form holds, by field name: texts, but the schema takes nobody's word for it. */
export type Values = Record<string, unknown>

/** Checks a form in the browser with the very schema that the endpoint has; the messages are its error codes. */
export const schemaResolver = (schema: FieldsSchema): Resolver<Values> => zodResolver(schema)

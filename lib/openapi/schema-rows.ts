/** Schemas as rows of a table, for people. */
import type { Definitions, JsonSchema } from './json-schema.ts'

export interface SchemaRow {
  /** With the fields above it, as `user.email` and `sessions[].kind`. */
  name: string
  type: string
  required: boolean
  /** What else holds for the value. */
  notes: string[]
}

const resolve = (schema: JsonSchema, definitions: Definitions): JsonSchema =>
  typeof schema.$ref === 'string' ? resolve(definitions[schema.$ref.split('/').at(-1) as string] ?? {}, definitions) : schema

/** The fields of an object's schema, those below them included. */
export function rowsOf(given: JsonSchema, definitions: Definitions, prefix = ''): SchemaRow[] {
  const schema = resolve(given, definitions)
  const required = (schema.required ?? []) as string[]
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return properties.flatMap(([key, property]) => {
    const own = resolve(property, definitions)
    const items = own.type === 'array' ? resolve((own.items ?? {}) as JsonSchema, definitions) : null
    const name = `${prefix}${key}`
    const row = { name, type: typeOf(own, definitions), required: required.includes(key), notes: notesOf(own) }
    return [row, ...rowsOf(items ?? own, definitions, `${name}${items ? '[]' : ''}.`)]
  })
}

function typeOf(given: JsonSchema, definitions: Definitions): string {
  const schema = resolve(given, definitions)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((choice) => typeOf(choice as JsonSchema, definitions)).join(' | ')
  if (schema.type === 'array') return `${typeOf((schema.items ?? {}) as JsonSchema, definitions)}[]`
  return String(schema.type ?? 'any')
}

function notesOf({ maxLength, minLength, format, writeOnly, type }: JsonSchema): string[] {
  return [
    ...(format === 'email' ? ['an email address'] : format === 'date-time' ? ['a time in UTC'] : []),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(type === 'string' && minLength === 1 ? ['not blank'] : []),
    ...(writeOnly ? ['write-only'] : []),
  ]
}

/** Values that examples show, by the name of the field. */

const JWT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoi…'
const PASSWORD = 'correct-horse-battery-staple'

const EXAMPLES: Record<string, unknown> = {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  phone: '+442079460958',
  password: PASSWORD,
  confirm_password: PASSWORD,
  current_password: 'the-old-one-of-last-year',
  token: 'kq8y0dZ2yM5nT1rj…',
  code: '482915',
  refresh: JWT,
  access: JWT,
  theme: 'dark',
  page: '/settings',
  username: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
  id: 1,
  detail: 'Done.',
  status: 'ok',
  'date-time': '2026-01-31T12:00:00.000Z',
}

export const exampleOf = (name: string): unknown => EXAMPLES[name] ?? 'text'

type Schema = Record<string, unknown>

/** A value that a schema of this API describes. @param at the name of its field */
export function exampleFor(schema: Schema, definitions: Record<string, Schema>, at = ''): unknown {
  if (typeof schema.$ref === 'string') return exampleFor(definitions[schema.$ref.split('/').at(-1) as string] ?? {}, definitions, at)
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (Array.isArray(schema.anyOf)) return exampleFor(schema.anyOf[0] as Schema, definitions, at)
  if (schema.type === 'array') return [exampleFor((schema.items ?? {}) as Schema, definitions, at)]
  if (schema.type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
    return Object.fromEntries(properties.map(([name, property]) => [name, exampleFor(property, definitions, name)]))
  }
  if (schema.type === 'boolean') return at === 'email_verified'
  if (schema.type === 'integer') return 1
  return EXAMPLES[schema.format === 'date-time' ? 'date-time' : at] ?? 'text'
}

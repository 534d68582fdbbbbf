import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { apiDescription } from './endpoints.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

interface Schema {
  $ref?: string
  properties?: Record<string, unknown>
}
interface Described {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
  components: { schemas: Record<string, Schema> }
}
const { paths, components } = JSON.parse(new TextDecoder().decode(apiDescription().json)) as Described

/** The fields of an operation's JSON body; null for an operation that does not exist. */
function fieldsOf(method: string, path: string): string[] | null {
  const operation = (paths[path] ?? paths[`${path}/`])?.[method.toLowerCase()]
  if (!operation) return null
  const schema = operation.requestBody?.content['application/json']?.schema
  const named = schema?.$ref === undefined ? schema : components.schemas[schema.$ref.split('/').at(-1) ?? '']
  return Object.keys(named?.properties ?? {}).sort()
}

/** The comma-separated names between backticks. */
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].flatMap(([, words = '']) => words.split(/,\s*/))

/** The table of endpoints: each path with the fields that its row says it takes. */
const rows = [...readme.matchAll(/^\| (`[^|]+) \|([^|]*)\|.*\|$/gm)].flatMap(([, names = '', takes = '']) =>
  quoted(names).map((name) => {
    const [path = '', method = 'POST'] = name.split(' ').reverse()
    return { method, path, takes: quoted(takes).sort() }
  }),
)

describe('README’s table of endpoints', () => {
  it('has a row for each of them', () => expect(rows.length).toBeGreaterThanOrEqual(27))

  it.each(rows)('$method $path takes the fields that the API’s description names', ({ method, path, takes }) => {
    expect(takes).toEqual(fieldsOf(method, path))
  })
})

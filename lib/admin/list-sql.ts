/**
 * A list's SQL: which rows, in which order. Names of tables and columns come from the declaration alone, values are
 * parameters alone. Booleans are written out, so that SQLite sees which index serves them.
 */
import { provider } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { readIds } from '../fields/choice.ts'
import type { ListFilter } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'

const { sql, join, raw, empty } = Prisma
type Sql = Prisma.Sql

/** A name of the declaration's, never a client's. */
export const name = (identifier: string) => raw(`"${identifier}"`)

/** Words are looked for as they stand: %, _ and \ are letters like any other. */
const pattern = (word: string) => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/** Most words looked for; more would only make the statement long. */
const MOST_WORDS = 16

/** Every word in any of the fields, whatever its case (Django's icontains; SQLite folds the ASCII letters alone). */
function searchConditions({ searchFields, fields }: ListedModel, search = ''): Sql[] {
  const like = raw(provider() === 'sqlite' ? 'LIKE' : 'ILIKE')
  const words = search.split(/\s+/).filter((word) => word !== '')
  return words.slice(0, MOST_WORDS).map((word) => {
    const matches = searchFields.map((field) => sql`${name(fields[field]?.column as string)} ${like} ${pattern(word)} ESCAPE '\\'`)
    return sql`(${join(matches, ' OR ')})`
  })
}

const bool = (value: boolean) => raw(provider() === 'sqlite' ? (value ? '1' : '0') : String(value))

/** A time as the database compares it; SQLite holds the client's text form of it. */
const time = (value: string) => sql`${new Date(value)}`

function filterCondition({ table, key, fields }: ListedModel, { field, kind, column: given, through }: ListFilter, value: string): Sql {
  const column = name(given ?? fields[field]?.column ?? '')
  switch (kind) {
    case 'boolean':
      return sql`${column} = ${bool(value === 'true')}`
    case 'isSet':
      return value === 'true' ? sql`${column} IS NOT NULL` : sql`${column} IS NULL`
    case 'since':
      return sql`${column} >= ${time(value)}`
    case 'until':
      return sql`${column} < ${time(value)}`
    case 'integer':
      return sql`${column} = ${Number(value)}`
    case 'reference': {
      if (!through || value === '') return sql`1 = 1`
      const others = join(readIds(value))
      return sql`EXISTS (SELECT 1 FROM ${name(through.table)} WHERE ${name(through.table)}.${name(through.own)} = ${name(table)}.${name(key.column)} AND ${name(through.table)}.${name(through.other)} IN (${others}))`
    }
    default:
      return sql`${column} = ${value}`
  }
}

/** `WHERE …`, or nothing where every row is meant. */
export function whereOf(model: ListedModel, query: ListQuery): Sql {
  const filters = model.listFilter.flatMap((filter) => {
    const value = query[filter.field]
    return value === undefined ? [] : [filterCondition(model, filter, value)]
  })
  const conditions = [...filters, ...searchConditions(model, query.search)]
  return conditions.length === 0 ? empty : sql`WHERE ${join(conditions, ' AND ')}`
}

/**
 * `ORDER BY …`: the terms wanted, then the declaration's, in the last one's direction, so that one index serves both ways and
 * no two rows share a place.
 */
export function orderOf({ fields, key, ordering }: ListedModel, wanted: string | undefined, reversed = false): Sql {
  const chosen = wanted === undefined ? [] : wanted.split(',')
  const down = chosen.at(-1)?.startsWith('-')
  const rest = down === undefined ? ordering : ordering.map((term) => (down ? `-${term.replace(/^-/, '')}` : term.replace(/^-/, '')))
  const seen = new Set<string>()
  const terms = [...chosen, ...rest].flatMap((term) => {
    const field = term.replace(/^-/, '')
    if (seen.has(field)) return []
    seen.add(field)
    const column = field === 'id' ? key.column : (fields[field]?.column as string)
    return [sql`${name(column)} ${raw(term.startsWith('-') !== reversed ? 'DESC' : 'ASC')}`]
  })
  return sql`ORDER BY ${join(terms)}`
}

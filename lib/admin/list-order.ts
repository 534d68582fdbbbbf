/** In which order a list's rows stand, and which come after one of them. */
import { provider } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import type { FieldKind } from './declaration.ts'
import type { ListedModel } from './list-query.ts'
import { name } from './list-sql.ts'

const { sql, join, raw } = Prisma
type Sql = Prisma.Sql

export interface OrderTerm {
  column: string
  kind: FieldKind
  nullable: boolean
  down: boolean
}

/** Where a row stands in an order: the values of its columns, as text. */
export type Place = (string | null)[]

/**
 * The terms wanted, then the declaration's, in the last one's direction, so that one index serves both ways and no two rows
 * share a place.
 */
export function orderTerms({ fields, key, ordering }: ListedModel, wanted: string | undefined): OrderTerm[] {
  const chosen = wanted === undefined ? [] : wanted.split(',')
  const down = chosen.at(-1)?.startsWith('-')
  const rest = down === undefined ? ordering : ordering.map((term) => (down ? `-${term.replace(/^-/, '')}` : term.replace(/^-/, '')))
  const seen = new Set<string>()
  return [...chosen, ...rest].flatMap((term) => {
    const field = term.replace(/^-/, '')
    if (seen.has(field)) return []
    seen.add(field)
    const { column = key.column, kind = key.text ? 'text' : 'integer', nullable = false } = fields[field] ?? {}
    return [{ column, kind, nullable, down: term.startsWith('-') }]
  })
}

/** `ORDER BY …`. Empty values are less than all others in both databases: first, and backwards last. */
export function orderBy(terms: OrderTerm[]): Sql {
  const words = terms.map(({ column, nullable, down }) => {
    const empty = nullable ? (down ? ' NULLS LAST' : ' NULLS FIRST') : ''
    return sql`${name(column)} ${raw((down ? 'DESC' : 'ASC') + empty)}`
  })
  return sql`ORDER BY ${join(words)}`
}

/** The columns of a place, to be selected as `at0`, `at1` … */
export const placeColumns = (terms: OrderTerm[]): Sql =>
  join(terms.map(({ column }, index) => sql`CAST(${name(column)} AS TEXT) AS ${name(`at${index}`)}`))

export const placeOf = (terms: OrderTerm[], row: Record<string, unknown>): Place =>
  terms.map((_, index) => (row[`at${index}`] ?? null) as string | null)

const TYPES: Partial<Record<FieldKind, string>> = { boolean: 'BOOLEAN', datetime: 'TIMESTAMPTZ', integer: 'BIGINT' }

/** A value of a place as its column compares it; SQLite's columns make of a text what they hold. */
const comparable = ({ kind }: OrderTerm, value: string): Sql =>
  provider() === 'sqlite' ? sql`${value}` : sql`CAST(${value} AS ${raw(TYPES[kind] ?? 'TEXT')})`

const same = (term: OrderTerm, value: string | null): Sql =>
  value === null ? sql`${name(term.column)} IS NULL` : sql`${name(term.column)} = ${comparable(term, value)}`

/** The values of one column that come after one, in order, each a part of its index. */
function after(term: OrderTerm, value: string | null): Sql[] {
  const column = name(term.column)
  if (value === null) return term.down ? [] : [sql`${column} IS NOT NULL`]
  const further = sql`${column} ${raw(term.down ? '<' : '>')} ${comparable(term, value)}`
  return term.nullable && term.down ? [further, sql`${column} IS NULL`] : [further]
}

/**
 * The rows after a place, as conditions that are met by one part of them after the other: first those that differ in the last
 * column alone. Each is a range of the order's index, where one condition for all would be none.
 */
export const rangesAfter = (terms: OrderTerm[], place: Place): Sql[] =>
  terms
    .map((_, depth) => terms.length - 1 - depth)
    .flatMap((depth) => {
      const equal = terms.slice(0, depth).map((term, index) => same(term, place[index] ?? null))
      return after(terms[depth] as OrderTerm, place[depth] ?? null).map((further) => join([...equal, further], ' AND '))
    })

/**
 * A list's SQL: which rows, in which order. Names of tables and columns come from the declaration alone, values are
 * parameters alone. Booleans are written out, so that SQLite sees which index serves them.
 */
import { database, provider } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { MAX_INTEGER, readDatetime, readIdList } from '../fields/choice.ts'
import type { ListFilter, Period } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'

const { sql, join, raw, empty } = Prisma
type Sql = Prisma.Sql

/** A name of the declaration's, never a client's. */
export const name = (identifier: string) => raw(`"${identifier}"`)

/** Words are looked for as they stand: %, _ and \ are letters like any other. */
const pattern = (word: string) => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/** Most words looked for; more would only make the statement long. */
const MAX_WORDS = 16

/** The words of a search, in its order. */
const wordsOf = (search = '') =>
  search
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)

/** What SQLite's index can be asked: three characters or more. */
const TRIGRAM = 3

/** What more rows have than this is found by reading in the order of the list: its first page is full soon. */
const FREQUENT = 2000

/** Words as FTS5 takes them literally, all of which a row must have. */
const phrases = (words: string[]) => words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ')

/** The ids of the rows that have all of some words, by SQLite's index; null where there is no such index, or too many have them. */
async function indexedIds({ searchIndex }: ListedModel, words: string[]): Promise<number[] | null> {
  if (provider() !== 'sqlite' || searchIndex === undefined || words.length === 0) return null
  const index = name(searchIndex)
  const rows = await database().$queryRaw<{ id: unknown }[]>`
    SELECT rowid AS id FROM ${index} WHERE ${index} MATCH ${phrases(words)} LIMIT ${FREQUENT + 1}`
  return rows.length > FREQUENT ? null : rows.map(({ id }) => Number(id))
}

/**
 * Every word in any of the fields, whatever its case (Django's icontains). SQLite's index folds every letter's case, and
 * where it is not asked SQLite folds the ASCII letters alone.
 */
export async function searchConditions(model: ListedModel, search: string | undefined): Promise<Sql[]> {
  const { searchFields, fields, key } = model
  const like = raw(provider() === 'sqlite' ? 'LIKE' : 'ILIKE')
  const words = wordsOf(search)
  const indexed = words.filter((word) => [...word].length >= TRIGRAM)
  const ids = await indexedIds(model, indexed)
  const read = ids === null ? words : words.filter((word) => !indexed.includes(word))
  return [
    ...(ids === null ? [] : [sql`${name(key.column)} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`]),
    ...read.map((word) => {
      const matches = searchFields.map((field) => sql`${name(fields[field]?.column as string)} ${like} ${pattern(word)} ESCAPE '\\'`)
      return sql`(${join(matches, ' OR ')})`
    }),
  ]
}

export const bool = (value: boolean) => raw(provider() === 'sqlite' ? (value ? '1' : '0') : String(value))

/** From when to before when a period lasts that ends with the day of `now`: days, months and years of UTC (Django's DateFieldListFilter). */
export function periodAt(period: Period, now: Date): { since: Date; until: Date } {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  const since = {
    today: Date.UTC(year, month, day),
    past_7_days: Date.UTC(year, month, day - 7),
    this_month: Date.UTC(year, month),
    this_year: Date.UTC(year, 0),
  }[period]
  const until = {
    today: Date.UTC(year, month, day + 1),
    past_7_days: Date.UTC(year, month, day + 1),
    this_month: Date.UTC(year, month + 1),
    this_year: Date.UTC(year + 1, 0),
  }[period]
  return { since: new Date(since), until: new Date(until) }
}

const DAY = 86_400_000
const isDay = (value: string) => !value.includes(':')

function periodCondition(column: Sql, period: Period): Sql {
  const { since, until } = periodAt(period, new Date())
  return sql`${column} >= ${since} AND ${column} < ${until}`
}

/** A time as the database compares it. */
const time = (value: string) => sql`${readDatetime(value)}`

/** Before when something is that may happen until then: a day lasts to its end. */
const endOf = (value: string) => (isDay(value) ? sql`${new Date(readDatetime(value).getTime() + DAY)}` : time(value))

/** @param most rows that are wanted of those that something refers to; all without it */
export function filterCondition(model: ListedModel, filter: ListFilter, value: string, most?: number): Sql {
  const { fields } = model
  const { field, kind, column: given, conditions } = filter
  const column = name(given ?? fields[field]?.column ?? '')
  switch (kind) {
    case 'boolean':
      return sql`${column} = ${bool(value === 'true')}`
    case 'isSet':
      return value === 'true' ? sql`${column} IS NOT NULL` : sql`${column} IS NULL`
    case 'since':
      return sql`${column} >= ${time(value)}`
    case 'until':
      return sql`${column} < ${filter.wholeDay ? endOf(value) : time(value)}`
    case 'period':
      return periodCondition(column, value as Period)
    case 'integer':
      return sql`${column} = ${Number(value)}`
    case 'address':
      return textCondition(model, filter, sql`(SELECT "id" FROM "accounts_user" WHERE "email" = ${value})`)
    case 'reference':
      return referenceCondition(model, filter, value, most)
    case 'text':
      return textCondition(model, filter, sql`${value}`)
    default: {
      const { set = [], unset = [] } = conditions?.[value] ?? {}
      const terms = [...set.map((known) => sql`${name(known)} IS NOT NULL`), ...unset.map((missing) => sql`${name(missing)} IS NULL`)]
      return terms.length > 0 ? join(terms, ' AND ') : sql`${column} = ${value}`
    }
  }
}

/** The rows whose column, or whose row of another table, holds a value. */
function textCondition({ fields, table, key }: ListedModel, { field, column, through }: ListFilter, value: Sql): Sql {
  if (!through) return sql`${name(column ?? fields[field]?.column ?? '')} = ${value}`
  const { table: other, own, other: holder } = through
  return sql`${name(table)}.${name(key.column)} IN (SELECT ${name(own)} FROM ${name(other)} WHERE ${name(holder)} = ${value})`
}

/** The rows that something else refers to. */
function referenceCondition({ table, key }: ListedModel, { through }: ListFilter, value: string, most?: number): Sql {
  if (!through || value === '') return sql`1 = 1`
  // Nothing refers to what the column cannot hold.
  const possible = readIdList(value).filter((id) => id <= MAX_INTEGER)
  if (possible.length === 0) return sql`1 = 0`
  const own = name(through.own)
  const [what, limit] = most === undefined ? [own, empty] : [sql`DISTINCT ${own}`, sql`LIMIT ${most}`]
  return sql`${name(table)}.${name(key.column)} IN (SELECT ${what} FROM ${name(through.table)} WHERE ${name(through.other)} IN (${join(possible)}) ${limit})`
}

/** Rows by their ids. */
function idCondition({ key: { column } }: ListedModel, value: string): Sql {
  const wanted = readIdList(value)
  return wanted.length === 0 ? sql`1 = 0` : sql`${name(column)} IN (${join(wanted)})`
}

/** The filters of a query, each as a condition. */
export const filterConditions = (model: ListedModel, query: ListQuery): Sql[] =>
  model.listFilter.flatMap((filter) => {
    const value = query[filter.field]
    return value === undefined ? [] : [filterCondition(model, filter, value)]
  })

/** `WHERE …`, or nothing where every row is meant. */
export const whereAll = (conditions: Sql[]): Sql => (conditions.length === 0 ? empty : sql`WHERE ${join(conditions, ' AND ')}`)

/** What the rows of a query fulfil, each by itself. */
export const conditionsOf = async (model: ListedModel, query: ListQuery): Promise<Sql[]> => [
  ...(query.ids === undefined ? [] : [idCondition(model, query.ids)]),
  ...filterConditions(model, query),
  ...(await searchConditions(model, query.search)),
]

/** Whether a query means fewer than all rows. */
export const isNarrowed = ({ listFilter }: ListedModel, query: ListQuery): boolean =>
  wordsOf(query.search).length > 0 || listFilter.some(({ field }) => query[field] !== undefined)

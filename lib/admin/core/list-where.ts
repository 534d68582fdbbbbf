/** Which rows a list's query means, in which order they are, and which come after one of them: all as conditions of Prisma. */
import { type Database, database, provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { DateTime, MAX_INTEGER } from '../../fields/choice.ts'
import type { FieldValue } from '../../fields/text.ts'
import type { FieldKind, ListFilter, Period } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import type { Row } from './rows.ts'

export type Where = Record<string, unknown>

/** Words beyond these are not searched for, since they would only make the statement longer. */
const MAX_WORDS = 16

/** The words of a search, in its order. */
const wordsOf = (search = '') => search.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS)

/** The shortest word that a trigram index finds, in characters. */
const TRIGRAM = 3

/** Matches up to which SQLite's index is used; the rows of a more frequent word are soon found in the list's order. */
const MAX_IDS = 1000

/**
 * The ids of the rows that have all of some words, by SQLite's FTS5 index, which Prisma cannot query.
 * @returns null where the model has no such index, or where more than MAX_IDS rows match
 */
async function indexedIds({ searchIndex }: ListedModel, words: string[]): Promise<number[] | null> {
  if (provider() !== 'sqlite' || searchIndex === undefined || words.length === 0) return null
  const index = Prisma.raw(`"${searchIndex}"`)
  const phrases = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ')
  const rows = await database().$queryRaw<{ id: unknown }[]>`
    SELECT rowid AS id FROM ${index} WHERE ${index} MATCH ${phrases} LIMIT ${MAX_IDS + 1}`
  return rows.length > MAX_IDS ? null : rows.map(({ id }) => Number(id))
}

/** %, _ and \ are characters like any other; in SQLite the adapter names the escape character (lib/db/sqlite-dates.ts). */
const contains = (word: string) => ({
  contains: word.replace(/[\\%_]/g, '\\$&'),
  ...(provider() === 'postgresql' && { mode: 'insensitive' }),
})

/**
 * Every word in any of the fields, whatever its case (Django's icontains). PostgreSQL finds them by its trigram indexes.
 * SQLite's index folds the case of every letter; without it SQLite folds ASCII letters alone.
 */
async function searchWhere(model: ListedModel, search: string | undefined): Promise<Where[]> {
  const { searchFields, fields, key } = model
  const words = wordsOf(search)
  const indexed = words.filter((word) => [...word].length >= TRIGRAM)
  const ids = await indexedIds(model, indexed)
  const others = ids === null ? words : words.filter((word) => !indexed.includes(word))
  return [
    ...(ids === null ? [] : [{ [key.column]: { in: ids } }]),
    ...others.map((word) => ({ OR: searchFields.map((field) => ({ [fields[field]?.column ?? field]: contains(word) })) })),
  ]
}

/** From when to before when a period lasts that ends with the day of `now`: days, months and years of UTC (Django's DateFieldListFilter). */
export function periodAt(period: Period, now: Date): { since: Date; until: Date } {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  const [since, until] = {
    today: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
    past_7_days: [Date.UTC(year, month, day - 7), Date.UTC(year, month, day + 1)],
    this_month: [Date.UTC(year, month), Date.UTC(year, month + 1)],
    this_year: [Date.UTC(year, 0), Date.UTC(year + 1, 0)],
  }[period] as [number, number]
  return { since: new Date(since), until: new Date(until) }
}

const DAY = 86_400_000

/** Before when something is that may happen until then: with `wholeDay`, a day lasts to its end. */
const endOf = ({ wholeDay }: ListFilter, { at, isDay }: DateTime): Date => (wholeDay && isDay ? new Date(at.getTime() + DAY) : at)

/** What one filter asks for. @param value as its field yields it */
export async function filterWhere({ fields, key }: ListedModel, filter: ListFilter, value: FieldValue): Promise<Where> {
  const { field, kind, where, keys } = filter
  const column = filter.column ?? fields[field]?.column ?? field
  const byKey = (wanted: readonly number[]): Where => ({ [key.column]: { in: wanted } })
  const equal = async (wanted: string | number | boolean): Promise<Where> => {
    const few = await keys?.(wanted, MAX_IDS + 1)
    if (few && few.length <= MAX_IDS) return byKey(few)
    return where?.(wanted) ?? { [column]: wanted }
  }
  if (kind === 'isSet') return { [column]: value === true ? { not: null } : null }
  if (value === null) return { [column]: null }
  if (typeof value === 'boolean') return equal(value)
  if (value instanceof DateTime) return { [column]: kind === 'since' ? { gte: value.at } : { lt: endOf(filter, value) } }
  if (typeof value === 'number') return value <= MAX_INTEGER ? equal(value) : byKey([])
  if (typeof value === 'object') {
    if (value.length === 0) return {}
    const conditions = await Promise.all(value.filter((id) => id <= MAX_INTEGER).map(equal))
    return conditions.length === 0 ? byKey([]) : { OR: conditions }
  }
  if (kind === 'period') {
    const { since, until } = periodAt(value as Period, new Date())
    return { [column]: { gte: since, lt: until } }
  }
  if (kind === 'email') {
    const user = await database().user.findUnique({ where: { email: value }, select: { id: true } })
    return user === null ? byKey([]) : equal(user.id)
  }
  return equal(value)
}

/** What the rows of a query fulfil. */
export async function whereOf(model: ListedModel, query: ListQuery): Promise<Where> {
  const filters = model.listFilter.map(async (filter) => {
    const value = query[filter.field]
    return value === undefined ? [] : [await filterWhere(model, filter, value)]
  })
  const conditions = (await Promise.all(filters)).flat()
  const ids = query.ids === undefined ? [] : [{ [model.key.column]: { in: query.ids.filter((id) => id <= MAX_INTEGER) } }]
  return { AND: [...ids, ...conditions, ...(await searchWhere(model, query.search))] }
}

/**
 * Reads the rows of a query. For the words of a search PostgreSQL may read the whole list in its order, although all matches are
 * at the other end and its trigram indexes find them: there it is kept from reading in the order of an index.
 */
export async function reading<Result>(query: ListQuery, read: (db: Transaction | Database) => Promise<Result>): Promise<Result> {
  if (provider() === 'sqlite' || !wordsOf(query.search).some((word) => [...word].length >= TRIGRAM)) return read(database())
  return database().$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL enable_indexscan = off`
    return read(tx)
  })
}

/** Whether a query means fewer than all rows. */
export const isNarrowed = ({ listFilter }: ListedModel, query: ListQuery): boolean =>
  wordsOf(query.search).length > 0 || query.ids !== undefined || listFilter.some(({ field }) => query[field] !== undefined)

export interface OrderTerm {
  column: string
  kind: FieldKind
  nullable: boolean
  down: boolean
}

/**
 * The requested terms, then the declaration's in the direction of the last one, so that one index serves both ways and no two
 * rows have the same position.
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
    const { column = field, kind = 'integer', nullable = false } = fields[field] ?? { column: key.column }
    return [{ column, kind, nullable, down: term.startsWith('-') }]
  })
}

/** Prisma's `orderBy`. Empty values are less than all others in both databases: first, and backwards last. */
export const orderBy = (terms: OrderTerm[]): object[] =>
  terms.map(({ column, nullable, down }) => {
    const sort = down ? 'desc' : 'asc'
    return { [column]: nullable ? { sort, nulls: down ? 'last' : 'first' } : sort }
  })

/**
 * A value as a row of the same position has it. Databases hold microseconds, of which JavaScript knows milliseconds: rows of one
 * millisecond count as one position.
 */
const same = ({ column }: OrderTerm, value: unknown): Where =>
  value instanceof Date ? { [column]: { gte: value, lt: new Date(value.getTime() + 1) } } : { [column]: value }

/** The values of one column that come after a value, as conditions in their order, each a range of its index. */
function after({ column, nullable, down, kind }: OrderTerm, value: unknown): Where[] {
  if (value === null) return down ? [] : [{ [column]: { not: null } }]
  if (kind === 'boolean') return value === down ? [{ [column]: !value }] : []
  const further = down ? { lt: value } : value instanceof Date ? { gte: new Date(value.getTime() + 1) } : { gt: value }
  return nullable && down ? [{ [column]: further }, { [column]: null }] : [{ [column]: further }]
}

/**
 * The rows after one, as conditions that are met one part after the other: first those that differ in the last column alone.
 * Each is a range of the order's index, which one condition for all of them would not be.
 */
export const rangesAfter = (terms: OrderTerm[], row: Row): Where[] =>
  terms
    .map((_, index) => terms.length - 1 - index)
    .flatMap((depth) => {
      const equal = terms.slice(0, depth).map((term) => same(term, row[term.column]))
      const term = terms[depth] as OrderTerm
      return after(term, row[term.column]).map((further) => ({ AND: [...equal, further] }))
    })

/** The terms up to the first time, as far as two rows can be told apart by their values; all of them where there is no time. */
export function exactTerms(terms: OrderTerm[]): OrderTerm[] {
  const time = terms.findIndex(({ kind }) => kind === 'datetime')
  return time < 0 ? terms : terms.slice(0, time + 1)
}

/** Whether two rows have the same position by some terms. */
export const inSamePosition = (terms: OrderTerm[], one: Row, other: Row): boolean =>
  terms.every(({ column }) => one[column]?.valueOf() === other[column]?.valueOf())

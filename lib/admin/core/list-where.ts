/** Which rows a list's query means, as conditions of Prisma. */
import { type Database, database, provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { DateTime, MAX_INTEGER } from '../../fields/choice.ts'
import type { FieldValue } from '../../fields/validate.ts'
import type { ListFilter, Period } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'

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
  const equal = async (wanted: string | number): Promise<Where> => {
    const few = await keys?.(wanted, MAX_IDS + 1)
    if (few && few.length <= MAX_IDS) return byKey(few)
    return where?.(wanted) ?? { [column]: wanted }
  }
  if (kind === 'isSet') return { [column]: value === true ? { not: null } : null }
  if (typeof value === 'boolean' || value === null) return { [column]: value }
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

/** Lists of the admin area, a page at a time, and how many rows each choice of their filters would show (Django's facets). */
import { type Database, database, provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { ApiError } from '../../errors.ts'
import type { FieldValue } from '../../fields/text.ts'
import { type ListFilter, type ModelAdmin, PERIODS } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import {
  exactTerms,
  filterWhere,
  inSamePosition,
  isNarrowed,
  type OrderTerm,
  orderBy,
  orderTerms,
  rangesAfter,
  reading,
  type Where,
  whereOf,
} from './list-where.ts'
import { delegateOf, type Row } from './rows.ts'

export type Key = number | string

export interface RowCount {
  count: number
  /** False where there are about so many, or at least. */
  exact: boolean
}

export interface ListPage<Item> {
  items: Item[]
  /** How many rows there are; where it is not exact there are about so many, or at least. */
  count: number
  countIsExact: boolean
  page: number
  pageSize: number
  /** As far as the count knows. */
  pages: number
  hasNext: boolean
  hasPrevious: boolean
}

/** Up to here rows are counted, of a whole table and of a search or filter. Counting a million takes longer than the list itself. */
const COUNT_LIMIT = { table: 50_000, search: 1000 }

/** How many rows fulfil some conditions, counted up to a limit, in the list's own order, which the indexes of filters have. */
async function countUpTo(limit: number, model: ListedModel, where: Where, db: Transaction | Database = database()): Promise<RowCount> {
  const count = await delegateOf(model, db).count({ where, orderBy: orderBy(orderTerms(model, undefined)), take: limit + 1 })
  return { count: Math.min(count, limit), exact: count <= limit }
}

/** How many rows a table has; of a large one in PostgreSQL about as many as its statistics say. */
export async function countTable(model: ListedModel): Promise<RowCount> {
  if (provider() === 'sqlite') {
    // Prisma counts the rows of a subquery, which takes SQLite ten times as long.
    const [row] = await database().$queryRaw<{ n: unknown }[]>`SELECT count(*) AS n FROM ${Prisma.raw(`"${model.table}"`)}`
    return { count: Number(row?.n), exact: true }
  }
  const [statistics] = await database().$queryRaw<{ n: unknown }[]>`
    SELECT reltuples::bigint AS n FROM pg_class WHERE oid = to_regclass(${`"${model.table}"`})`
  const estimate = Number(statistics?.n ?? 0)
  // Statistics lag behind: they are used only far beyond the limit.
  if (estimate > 2 * COUNT_LIMIT.table) return { count: estimate, exact: false }
  const { count, exact } = await countUpTo(COUNT_LIMIT.table, model, {})
  return { count: Math.max(count, estimate), exact }
}

/** @param known there are at least so many */
async function countRows(model: ListedModel, query: ListQuery, where: Where, known: number): Promise<RowCount> {
  const narrowed = () => reading(query, (db) => countUpTo(COUNT_LIMIT.search, model, where, db))
  const { count, exact } = isNarrowed(model, query) ? await narrowed() : await countTable(model)
  // Rows may have been added between the two statements, and statistics may be too low.
  return { count: Math.max(count, known), exact: exact && count >= known }
}

/**
 * One page of a list.
 * @param query as readListQuery() made it
 * @throws ApiError 404 beyond the last page (Django REST framework's `Invalid page.`)
 */
export async function listObjects<Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'items'>,
  query: ListQuery,
): Promise<ListPage<Item>> {
  const { page = 1, page_size: pageSize = model.listPerPage } = query
  const skip = (page - 1) * pageSize
  const where = await whereOf(model, query)
  const order = orderBy(orderTerms(model, query.ordering))
  const args = { where, orderBy: order, skip, take: pageSize + 1, ...model.read }
  const rows = await reading(query, (db) => delegateOf(model, db).findMany(args))
  if (rows.length === 0 && page > 1) throw new ApiError(404, { detail: 'Invalid page.' })
  const hasNext = rows.length > pageSize
  const known = skip + rows.length
  const [{ count, exact }, items] = await Promise.all([
    // The last page itself says how many rows there are.
    hasNext ? countRows(model, query, where, known) : { count: known, exact: true },
    model.items(rows.slice(0, pageSize)),
  ])
  const pages = Math.max(Math.ceil(count / pageSize), 1)
  return { items, count, countIsExact: exact, page, pageSize, pages, hasNext, hasPrevious: page > 1 }
}

/** The objects of some keys, in any order. */
export const loadObjects = async <Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'items'>,
  keys: readonly Item['id'][],
): Promise<Item[]> => model.items(await delegateOf(model).findMany({ where: { [model.key.column]: { in: keys } }, ...model.read }))

/** The keys of all rows of a query, at most so many. */
export async function allKeys(model: ListedModel, query: ListQuery, take: number): Promise<Key[]> {
  const { column } = model.key
  const where = await whereOf(model, query)
  const args = { where, orderBy: orderBy(orderTerms(model, query.ordering)), take, select: { [column]: true } }
  return (await reading(query, (db) => delegateOf(model, db).findMany(args))).map((row) => row[column])
}

/** Rows read at once for an export. */
const EXPORT_BATCH = 500

/** The first rows in an order, or those after one. */
async function rowsAfter(model: ListedModel, where: Where, terms: OrderTerm[], ranges: Where[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const range of ranges) {
    if (rows.length === EXPORT_BATCH) break
    const take = EXPORT_BATCH - rows.length
    rows.push(...(await delegateOf(model).findMany({ where: { AND: [where, range] }, orderBy: orderBy(terms), take, ...model.read })))
  }
  return rows
}

/**
 * All rows of a query in its order, a batch at a time: however many there are, few are in memory. Each batch continues after the
 * values of the last row, so rows that are added or deleted before it move nothing. A batch does not end among rows of the same
 * millisecond, which JavaScript cannot tell apart, unless all of it is of that millisecond.
 */
export async function* eachObject<Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'items'>,
  query: ListQuery,
): AsyncGenerator<Item[], undefined> {
  const where = await whereOf(model, query)
  const terms = orderTerms(model, query.ordering)
  for (let ranges: Where[] = [{}]; ; ) {
    const rows = await rowsAfter(model, where, terms, ranges)
    const last = rows.at(-1)
    if (last === undefined) return undefined
    const exact = exactTerms(terms)
    const whole = rows.length < EXPORT_BATCH ? rows : rows.filter((row) => !inSamePosition(exact, row, last))
    const batch = exact.length === terms.length || whole.length === 0 ? rows : whole
    ranges = rangesAfter(batch === whole ? exact : terms, batch.at(-1))
    yield model.items(batch) as Promise<Item[]>
  }
}

/** Choices of one filter up to which they are counted; of a filter that has more, none is. */
export const MAX_CHOICES = 30

/** By filter and by choice. */
export type Facets = Record<string, Record<string, RowCount>>

/** What a filter has to choose from, as its field yields it; nothing where its value is typed. */
async function choicesOf({ kind, choices, options }: ListFilter): Promise<FieldValue[]> {
  if (kind === 'boolean' || kind === 'isSet') return [true, false]
  if (kind === 'choice') return [...(choices ?? [])]
  if (kind === 'period') return [...PERIODS]
  return kind === 'reference' && options ? (await options()).map(({ value }) => [Number(value)]) : []
}

/** The rows of a query without some filters: few of them by their keys, so that they are found once and not for each choice. */
async function baseOf(model: ListedModel, query: ListQuery, except: string[]): Promise<Where> {
  const others = Object.fromEntries(Object.entries(query).filter(([name]) => !except.includes(name)))
  if (!isNarrowed(model, others)) return {}
  const keys = await allKeys(model, others, COUNT_LIMIT.search + 1)
  return keys.length > COUNT_LIMIT.search ? whereOf(model, others) : { [model.key.column]: { in: keys } }
}

/** Counts the choices of the filters of a list, each with the search and the other filters as they are. */
export async function countFacets(model: ListedModel, query: ListQuery): Promise<Facets> {
  const all = baseOf(model, query, [])
  const counted = await Promise.all(
    model.listFilter.map(async (filter) => {
      const choices = await choicesOf(filter)
      if (choices.length === 0 || choices.length > MAX_CHOICES) return []
      // A filter that is set does not narrow its own choices.
      const others = await (query[filter.field] === undefined ? all : baseOf(model, query, [filter.field]))
      const counts = choices.map(async (value) => {
        const where = { AND: [others, await filterWhere(model, filter, value)] }
        return [String(value), await reading(query, (db) => countUpTo(COUNT_LIMIT.search, model, where, db))] as const
      })
      return [[filter.field, Object.fromEntries(await Promise.all(counts))] as const]
    }),
  )
  return Object.fromEntries(counted.flat())
}

/**
 * Which rows a list's page has, and how many there are. What is asked of a large table is asked in steps, each of which has an
 * end: no database knows beforehand whether a word is rare, or whether the rows that have it stand at the other end of the order.
 */
import { database, provider } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { type OrderTerm, orderBy, orderTerms, type Place, placeColumns, rangesAfter } from './list-order.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import { conditionsOf, filterCondition, name, whereAll } from './list-sql.ts'

const { sql, empty, join } = Prisma

export type Key = number | string

export interface RowCount {
  count: number
  /** Where it is not there are about so many, or at least. */
  exact: boolean
}

/** Up to here rows are counted, of a whole table and of a search or filter. Counting a million takes longer than the list itself. */
export const COUNT_LIMIT = { table: 50_000, search: 1000 }

/** Rows at the head of an order among which a page of frequent ones is looked for. */
const HEAD = { postgresql: 15_000, sqlite: 5000 }

export const keyOf = ({ key: { text } }: ListedModel, key: unknown): Key => (text ? String(key) : Number(key))

/** How many rows a table has; of a large one in PostgreSQL about as many as the database believes. */
export async function countTable({ table }: Pick<ListedModel, 'table'>): Promise<RowCount> {
  if (provider() === 'sqlite') {
    const [row] = await database().$queryRaw<{ n: unknown }[]>`SELECT count(*) AS n FROM ${name(table)}`
    return { count: Number(row?.n), exact: true }
  }
  const [belief] = await database().$queryRaw<{ n: unknown }[]>`
    SELECT reltuples::bigint AS n FROM pg_class WHERE oid = to_regclass(${`"${table}"`})`
  const believed = Number(belief?.n ?? 0)
  const limit = COUNT_LIMIT.table
  // The belief is some way behind: only far beyond the limit is it taken without a look.
  if (believed > 2 * limit) return { count: believed, exact: false }
  const [row] = await database().$queryRaw<{ n: unknown }[]>`
    SELECT count(*) AS n FROM (SELECT 1 FROM ${name(table)} LIMIT ${limit + 1}) AS counted`
  const count = Number(row?.n)
  return { count: Math.max(count, believed), exact: count <= limit }
}

export interface Rows {
  keys: Key[]
  /** Known only where all of them were gathered. */
  count: number | null
}

/** Some rows of a query in its order. @param skipped how many of them come before those */
export async function rowsOf(model: ListedModel, query: ListQuery, limit: number, skipped = 0): Promise<Rows> {
  const conditions = await conditionsOf(model, query)
  const table = name(model.table)
  const terms = orderTerms(model, query.ordering)
  const order = orderBy(terms)
  const key = name(model.key.column)
  const page = sql`LIMIT ${limit} OFFSET ${skipped}`
  const read = async (statement: Prisma.Sql) => {
    const rows = await database().$queryRaw<{ key: unknown; n?: unknown }[]>`${statement}`
    return { keys: rows.map((row) => keyOf(model, row.key)), count: Number(rows[0]?.n ?? 0) }
  }
  const from = (rows: Prisma.Sql) => sql`SELECT ${key} AS key FROM ${rows} ${whereAll(conditions)} ${order} ${page}`
  const inOrder = from(table)
  if (conditions.length === 0) return { keys: (await read(inOrder)).keys, count: null }

  const columns = orderedColumns(model, terms)
  const gathered = (most: Prisma.Sql, among = conditions) => sql`
    WITH found AS MATERIALIZED (SELECT ${columns} FROM ${table} ${whereAll(among)} ${most})
    SELECT ${key} AS key, (SELECT count(*) FROM found) AS n FROM found ${order} ${page}`
  // Few rows are gathered and sorted; their number comes with them.
  const most = COUNT_LIMIT.search
  if (skipped < most) {
    // Of a large group no more members are looked up than are gathered.
    const reference = conditions.length === 1 ? model.listFilter.find(({ field, kind }) => kind === 'reference' && query[field]) : undefined
    const among = reference && [filterCondition(model, reference, query[reference.field] as string, most + 1)]
    const few = await read(gathered(sql`LIMIT ${most + 1}`, among))
    if (few.count <= most) return few
  } else {
    const [row] = await database().$queryRaw<{ n: unknown }[]>`
      SELECT count(*) AS n FROM (SELECT 1 FROM ${table} ${whereAll(conditions)} LIMIT ${most + 1}) AS counted`
    if (Number(row?.n) <= most) return { keys: [], count: Number(row?.n) }
  }
  if (!isSearching(model, query) && !(query.ordering && provider() === 'sqlite')) return { keys: (await read(inOrder)).keys, count: null }
  // Many are soon met in order, unless they stand at its other end: then there is nothing for it but to gather them all.
  const head = sql`(SELECT * FROM ${table} ${order} LIMIT ${HEAD[provider()]}) AS ${table}`
  // SQLite reads the head as it is asked for more, in its order, and would sort all of it again.
  const first = provider() === 'sqlite' ? sql`SELECT ${key} AS key FROM ${head} ${whereAll(conditions)} ${page}` : from(head)
  const { keys } = await read(first)
  return { keys: keys.length === limit ? keys : (await read(gathered(empty))).keys, count: null }
}

/** What a row's place in an order, and its key, are read from. */
const orderedColumns = ({ key }: ListedModel, terms: OrderTerm[]) =>
  join([...new Set([key.column, ...terms.map(({ column }) => column)])].map(name))

/** Whether rows are looked for by what no index of the order has. */
const isSearching = ({ listFilter }: ListedModel, query: ListQuery) =>
  Boolean(query.search) || listFilter.some(({ field, kind }) => kind === 'reference' && query[field] !== undefined)

type PlacedRow = Record<string, unknown> & { key: unknown }

/** The first rows in an order, or those after a place, with their places' columns. @param conditions that all of them fulfil */
export async function rowsAfter(
  { table, key }: ListedModel,
  conditions: Prisma.Sql[],
  terms: OrderTerm[],
  place: Place | null,
  limit: number,
): Promise<PlacedRow[]> {
  const rows: PlacedRow[] = []
  for (const range of place === null ? [[]] : rangesAfter(terms, place).map((condition) => [condition])) {
    if (rows.length === limit) break
    const more = await database().$queryRaw<PlacedRow[]>`
      SELECT ${name(key.column)} AS key, ${placeColumns(terms)} FROM ${name(table)}
      ${whereAll([...conditions, ...range])} ${orderBy(terms)} LIMIT ${limit - rows.length}`
    rows.push(...more)
  }
  return rows
}

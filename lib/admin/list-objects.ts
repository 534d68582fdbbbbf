/** Lists of the admin area, a page at a time. */
import { database, provider } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { ApiError } from '../errors.ts'
import type { ModelAdmin } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import { name, orderOf, whereOf } from './list-sql.ts'

export { readListQuery } from './list-query.ts'

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

/**
 * Up to here rows are counted one by one: those of a whole table, which one index tells, and those of a search or filter,
 * which may have to be looked at. Counting a million takes longer than the list itself.
 */
const COUNT_LIMIT = { table: 50_000, search: 5_000 }

const { sql, empty } = Prisma
type Key = number | string

/** How many rows a query has. Beyond the limit: of a whole table about as many as the database believes, else at least so many. */
async function countRows(model: ListedModel, where: Prisma.Sql): Promise<{ count: number; exact: boolean }> {
  const whole = where === empty
  const limit = whole ? COUNT_LIMIT.table : COUNT_LIMIT.search
  const [row] = await database().$queryRaw<{ n: unknown }[]>`
    SELECT count(*) AS n FROM (SELECT 1 FROM ${name(model.table)} ${where} LIMIT ${limit + 1}) AS counted`
  const count = Number(row?.n)
  if (count <= limit) return { count, exact: true }
  return { count: whole ? Math.max(await believedSize(model.table), count) : limit, exact: false }
}

async function believedSize(table: string): Promise<number> {
  const rows =
    provider() === 'sqlite'
      ? await database().$queryRaw<{ n: unknown }[]>`SELECT count(*) AS n FROM ${name(table)}`
      : await database().$queryRaw<{ n: unknown }[]>`SELECT reltuples::bigint AS n FROM pg_class WHERE oid = to_regclass(${`"${table}"`})`
  return Number(rows[0]?.n ?? 0)
}

/** The keys of some rows in order; only an index is read as far as there is one, the rows themselves afterwards. */
async function keysOf(model: ListedModel, query: ListQuery, where: Prisma.Sql, limit: number, offset: number): Promise<Key[]> {
  const rows = await database().$queryRaw<{ key: unknown }[]>`
    SELECT ${name(model.key.column)} AS key FROM ${name(model.table)} ${where} ${orderOf(model, query.ordering)} LIMIT ${limit} OFFSET ${offset}`
  return rows.map(({ key }) => (model.key.text ? String(key) : Number(key)))
}

/**
 * One page of a list.
 * @param query as readListQuery() made it
 * @throws ApiError 404 beyond the last page (Django REST framework's `Invalid page.`)
 */
export async function listObjects<Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'load'>,
  query: ListQuery,
): Promise<ListPage<Item>> {
  const [page, pageSize] = [Number(query.page ?? 1), Number(query.page_size ?? model.listPerPage)]
  const where = await whereOf(model, query)
  const [{ count, exact }, keys] = await Promise.all([
    countRows(model, where),
    keysOf(model, query, where, pageSize + 1, (page - 1) * pageSize),
  ])
  if (keys.length === 0 && page > 1) throw new ApiError(404, { detail: 'Invalid page.' })
  const items = await loadInOrder(model, keys.slice(0, pageSize))
  const hasNext = keys.length > pageSize
  const known = Math.max(count, (page - 1) * pageSize + keys.length)
  return {
    items,
    count: known,
    countIsExact: exact,
    page,
    pageSize,
    pages: Math.max(Math.ceil(known / pageSize), 1),
    hasNext,
    hasPrevious: page > 1,
  }
}

async function loadInOrder<Item extends { id: Key }>({ load }: Pick<ModelAdmin<Item>, 'load'>, keys: Key[]): Promise<Item[]> {
  const byKey = new Map((await load(keys as Item['id'][])).map((item) => [item.id as Key, item]))
  // One that was deleted between the two statements is left out.
  return keys.flatMap((key) => byKey.get(key) ?? [])
}

/** The keys of all rows of a query, at most so many. */
export const allKeys = async (model: ListedModel, query: ListQuery, limit: number): Promise<Key[]> =>
  keysOf(model, query, await whereOf(model, query), limit, 0)

/** Rows read at once for an export. */
const EXPORT_BATCH = 500

/** All rows of a query, in the order of their keys, a batch at a time: however many there are, few are in memory. */
export async function* eachObject<Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'load'>,
  query: ListQuery,
): AsyncGenerator<Item[], undefined> {
  const key = name(model.key.column)
  const where = await whereOf(model, query)
  for (let last: Key | null = null; ; ) {
    const after: Prisma.Sql = last === null ? where : where === empty ? sql`WHERE ${key} > ${last}` : sql`${where} AND ${key} > ${last}`
    const rows = await database().$queryRaw<{ key: unknown }[]>`
      SELECT ${key} AS key FROM ${name(model.table)} ${after} ORDER BY ${key} LIMIT ${EXPORT_BATCH}`
    if (rows.length === 0) return undefined
    const keys: Key[] = rows.map((row) => (model.key.text ? String(row.key) : Number(row.key)))
    last = keys.at(-1) as Key
    yield await loadInOrder(model, keys)
  }
}

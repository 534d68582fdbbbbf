/** Lists of the admin area, a page at a time. */
import { ApiError } from '../errors.ts'
import type { ModelAdmin } from './declaration.ts'
import { orderTerms, type Place, placeOf } from './list-order.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import { COUNT_LIMIT, countTable, type Key, keyOf, type RowCount, rowsAfter, rowsOf } from './list-rows.ts'
import { conditionsOf, isNarrowed } from './list-sql.ts'

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
 * One page of a list.
 * @param query as readListQuery() made it
 * @throws ApiError 404 beyond the last page (Django REST framework's `Invalid page.`)
 */
export async function listObjects<Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'load'>,
  query: ListQuery,
): Promise<ListPage<Item>> {
  const [page, pageSize] = [Number(query.page ?? 1), Number(query.page_size ?? model.listPerPage)]
  const skipped = (page - 1) * pageSize
  const { keys, count: gathered } = await rowsOf(model, query, pageSize + 1, skipped)
  if (keys.length === 0 && page > 1) throw new ApiError(404, { detail: 'Invalid page.' })
  const hasNext = keys.length > pageSize
  const [{ count, exact }, items] = await Promise.all([
    // The last page says by itself how many there are.
    hasNext ? countRows(model, query, gathered, skipped + keys.length) : { count: skipped + keys.length, exact: true },
    loadInOrder(model, keys.slice(0, pageSize)),
  ])
  return {
    items,
    count,
    countIsExact: exact,
    page,
    pageSize,
    pages: Math.max(Math.ceil(count / pageSize), 1),
    hasNext,
    hasPrevious: page > 1,
  }
}

/** @param gathered how many there were when the page's were found @param known so many there are at least */
async function countRows(model: ListedModel, query: ListQuery, gathered: number | null, known: number): Promise<RowCount> {
  if (gathered !== null) return { count: gathered, exact: true }
  if (isNarrowed(model, query)) return { count: Math.max(COUNT_LIMIT.search, known), exact: false }
  const { count, exact } = await countTable(model)
  // Rows may have come between the two statements, and the database may believe too little.
  return { count: Math.max(count, known), exact: exact && count >= known }
}

async function loadInOrder<Item extends { id: Key }>({ load }: Pick<ModelAdmin<Item>, 'load'>, keys: Key[]): Promise<Item[]> {
  const byKey = new Map((await load(keys as Item['id'][])).map((item) => [item.id as Key, item]))
  // One that was deleted between the two statements is left out.
  return keys.flatMap((key) => byKey.get(key) ?? [])
}

/** The keys of all rows of a query, at most so many. */
export const allKeys = async (model: ListedModel, query: ListQuery, limit: number): Promise<Key[]> =>
  (await rowsOf(model, query, limit)).keys

/** Rows read at once for an export. */
const EXPORT_BATCH = 500

/** All rows of a query in its order, a batch at a time: however many there are, few are in memory. */
export async function* eachObject<Item extends { id: Key }>(
  model: ListedModel & Pick<ModelAdmin<Item>, 'load'>,
  query: ListQuery,
): AsyncGenerator<Item[], undefined> {
  const conditions = await conditionsOf(model, query)
  const terms = orderTerms(model, query.ordering)
  for (let place: Place | null = null; ; ) {
    const rows = await rowsAfter(model, conditions, terms, place, EXPORT_BATCH)
    const last = rows.at(-1)
    if (last === undefined) return undefined
    place = placeOf(terms, last)
    yield await loadInOrder(
      model,
      rows.map(({ key }) => keyOf(model, key)),
    )
  }
}

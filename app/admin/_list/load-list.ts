import type { ModelAdmin } from '#lib/admin/declaration'
import { countFacets, type Facets } from '#lib/admin/list-facets'
import { countTable, type ListPage, listObjects, readListQuery } from '#lib/admin/list-objects'
import type { ListedModel } from '#lib/admin/list-query'
import { ApiError, type FieldErrors } from '#lib/errors'
import { isNarrowed, type ListAddress } from './list-address.ts'

export interface LoadedList<Item> {
  list: ListPage<Item>
  /** How many there are without search and filters. */
  total: { count: number; countIsExact: boolean }
  /** What of the search and the filters is none: then no row is shown. */
  wrong: FieldErrors
  /** How many rows each choice of the filters has; null where that was neither asked for nor quickly known. */
  facets: Facets | null
}

/** What an address says wrong about its rows. Left out, it would show rows, and offer them to actions, that were not asked for. */
export const wrongIn = (admin: ListedModel, address: ListAddress): FieldErrors => readListQuery(admin, address.rows).errors

const NO_ROWS = { items: [], count: 0, countIsExact: true, page: 1, pages: 1, hasNext: false, hasPrevious: false }

/** The rows that an address names. */
export async function loadList<Item extends { id: number | string }, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  address: ListAddress,
): Promise<LoadedList<Item>> {
  const wrong = wrongIn(admin, address)
  const pageSize = address.pageSize ?? admin.listPerPage
  if (Object.keys(wrong).length > 0) {
    const { count, exact } = await countTable(admin)
    return { list: { ...NO_ROWS, pageSize }, facets: null, total: { count, countIsExact: exact }, wrong }
  }
  const { query } = readListQuery(admin, { ...address.rows, page: String(address.page), page_size: String(pageSize) })
  const list = await listObjects(admin, query).catch((error: unknown) => {
    // The last page may have gone since: its rows were deleted, or do not match any more.
    if (error instanceof ApiError && error.status === 404) return listObjects(admin, { ...query, page: '1' })
    throw error
  })
  const total = isNarrowed(address) ? await countTable(admin) : { count: list.count, exact: list.countIsExact }
  const quick = admin.showFacets === 'always' && (!isNarrowed(address) || list.countIsExact)
  const facets = quick || address.facets ? await countFacets(admin, query) : null
  return { list, facets, total: { count: total.count, countIsExact: total.exact }, wrong }
}

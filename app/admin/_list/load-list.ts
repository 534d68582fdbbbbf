import type { ModelAdmin } from '#lib/admin/declaration'
import { countFacets, type Facets } from '#lib/admin/list-facets'
import { type ListPage, listObjects, readListQuery } from '#lib/admin/list-objects'
import { countTable } from '#lib/admin/list-rows'
import { ApiError } from '#lib/errors'
import { isNarrowed, type ListAddress, rowParams } from './list-address.ts'

export interface LoadedList<Item> {
  list: ListPage<Item>
  /** How many there are without search and filters. */
  total: { count: number; countIsExact: boolean }
  /** The filters whose values are none. */
  ignored: string[]
  /** How many rows each choice of the filters has; null where that was neither asked for nor quickly known. */
  facets: Facets | null
}

/** The rows that an address names; what it says wrong is left out and told. */
export async function loadList<Item extends { id: number | string }, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  address: ListAddress,
): Promise<LoadedList<Item>> {
  const params: Record<string, string> = {
    ...rowParams(address),
    page: String(address.page),
    page_size: String(address.all ? admin.listMaxPerPage : admin.listPerPage),
  }
  const { errors } = readListQuery(admin, params)
  const ignored = Object.keys(errors)
  for (const name of ignored) delete params[name]
  const { query } = readListQuery(admin, params)
  const list = await listObjects(admin, query).catch((error: unknown) => {
    // The last page may have gone since: its rows were deleted, or do not match any more.
    if (error instanceof ApiError && error.status === 404) return listObjects(admin, { ...query, page: '1' })
    throw error
  })
  const total = isNarrowed(address) ? await countTable(admin) : { count: list.count, exact: list.countIsExact }
  const quick = admin.showFacets === 'always' && (!isNarrowed(address) || list.countIsExact)
  const facets = quick || address.facets ? await countFacets(admin, query) : null
  return { list, facets, total: { count: total.count, countIsExact: total.exact }, ignored }
}

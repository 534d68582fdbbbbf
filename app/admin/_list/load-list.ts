import type { ModelAdmin } from '#lib/admin/core/declaration'
import { countFacets, type Facets } from '#lib/admin/core/list-facets'
import { countTable, type ListPage, listObjects, readListQuery } from '#lib/admin/core/list-objects'
import type { ListedModel } from '#lib/admin/core/list-query'
import { ApiError, type FieldErrors } from '#lib/errors'
import type { Problem } from '../../_ui/field.tsx'
import { capitalize } from '../../_ui/format-text.ts'
import { adminErrorText } from '../_ui/admin-messages.ts'
import { isNarrowed, type ListAddress } from './list-address.ts'

export interface LoadedList<Item> {
  list: ListPage<Item>
  /** How many there are without search and filters. */
  total: { count: number; countIsExact: boolean }
  /** What is wrong with the search and the filters, by their names, in words: then no row is shown. */
  wrong: Partial<Record<string, string>>
  /** How many rows each choice of the filters has; null where that was neither requested nor quickly known. */
  facets: Facets | null
}

/** An address's invalid search and filters. Left out, the list would show rows, and offer them to actions, that were not asked for. */
export const wrongIn = (admin: ListedModel, address: ListAddress): FieldErrors => readListQuery(admin, address.rows).errors

function wrongText({ listFilter }: Pick<ModelAdmin, 'listFilter'>, field: string, code: string): string {
  const [name, limit] = code.split(':')
  const tooLong = name === 'max_length' ? `use ${limit} characters or fewer` : null
  if (field === 'search') return `Search: ${tooLong ?? 'leave out characters that cannot be shown'}`
  const title = listFilter.find((filter) => filter.field === field)?.title
  if (title === undefined) return 'This list cannot be searched'
  const text = tooLong ?? adminErrorText(field, name === 'not_a_boolean' ? 'invalid_choice' : code)
  return `${capitalize(title)}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

/** The same for the summary above the list. */
export const wrongProblems = (wrong: LoadedList<unknown>['wrong']): Problem[] =>
  Object.entries(wrong).map(([field, text = '']) => ({
    text,
    fieldId: field === 'search' ? 'search' : field === 'non_field_errors' ? null : `filter-${field}`,
  }))

const NO_ROWS = { items: [], count: 0, countIsExact: true, page: 1, pages: 1, hasNext: false, hasPrevious: false }

/** The rows that an address names. */
export async function loadList<Item extends { id: number | string }, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  address: ListAddress,
): Promise<LoadedList<Item>> {
  const wrong = Object.entries(wrongIn(admin, address))
  const pageSize = address.pageSize ?? admin.listPerPage
  if (wrong.length > 0) {
    const { count, exact } = await countTable(admin)
    const words = Object.fromEntries(wrong.map(([field, [code = '']]) => [field, wrongText(admin, field, code)]))
    return { list: { ...NO_ROWS, pageSize }, facets: null, total: { count, countIsExact: exact }, wrong: words }
  }
  const { query } = readListQuery(admin, { ...address.rows, page: String(address.page), page_size: String(pageSize) })
  const list = await listObjects(admin, query).catch((error: unknown) => {
    // The last page may have gone since: its rows were deleted, or do not match any more.
    if (error instanceof ApiError && error.status === 404) return listObjects(admin, { ...query, page: 1 })
    throw error
  })
  const total = isNarrowed(address) ? await countTable(admin) : { count: list.count, exact: list.countIsExact }
  const isQuick = admin.showFacets === 'always' && (!isNarrowed(address) || list.countIsExact)
  const facets = isQuick || address.facets ? await countFacets(admin, query) : null
  return { list, facets, total: { count: total.count, countIsExact: total.exact }, wrong: {} }
}

/**
 * A list's address, and the rows that it names. An address has the parameters of the API, and `columns` for what the page shows;
 * `q` and `p`, Django's, are still read.
 */
import { allColumns, type ModelAdmin } from '#lib/admin/core/declaration'
import { countFacets, countTable, type Facets, type ListPage, listObjects } from '#lib/admin/core/list-objects'
import { type ListedModel, readListQuery } from '#lib/admin/core/list-query'
import { ApiError, type FieldErrors } from '#lib/errors'
import { safeNextPath } from '#lib/web/routes'
import type { Problem } from '../../_ui/field.tsx'
import { capitalize } from '../../_ui/format-text.ts'
import { adminErrorText } from '../_ui/admin-messages.ts'

export type ListedAdmin = Pick<
  ModelAdmin,
  'listDisplay' | 'listOptional' | 'sortableBy' | 'listFilter' | 'ordering' | 'listPerPage' | 'listMaxPerPage' | 'fields'
>

export interface ListAddress {
  /** The list's path. */
  base: string
  /** Search, order and filters, as the API takes them; none is empty. */
  rows: Record<string, string>
  page: number
  pageSize: number | null
  /** Whether the counts of the filters' choices are requested. */
  facets: boolean
  /** The columns shown; null for those of the declaration. */
  columns: string[] | null
}

/** A change of an address: null removes a parameter. */
type AddressChange = Partial<Omit<ListAddress, 'base' | 'rows'>> & { rows?: Record<string, string | null> }

type Given = Record<string, string | string[] | undefined>

/** Reads an address. An order, a page and columns that the list does not have are left out. */
export function readAddress(admin: ListedAdmin, base: string, given: Given): ListAddress {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name].trim() : '')
  const number = (value: string, most: number) =>
    /^\d{1,8}$/.test(value) && Number(value) >= 1 && Number(value) <= most ? Number(value) : null
  const ordering = text('ordering')
    .split(',')
    .filter((term) => admin.sortableBy.includes(term.replace(/^-/, '')))
  const rows = {
    search: text('search') || text('q'),
    ordering: ordering.join(','),
    ...Object.fromEntries(admin.listFilter.map(({ field }) => [field, text(field)])),
  }
  const columns = [given.columns ?? []].flat().flatMap((names) => names.split(','))
  return {
    base,
    rows: Object.fromEntries(Object.entries(rows).filter(([, value]) => value !== '')),
    page: number(text('page') || text('p'), 10_000_000) ?? 1,
    pageSize: number(text('page_size'), admin.listMaxPerPage),
    facets: text('facets') === 'true',
    columns: columns.length === 0 ? null : allColumns(admin).filter((name, index) => index === 0 || columns.includes(name)),
  }
}

/** The list's address after a change; every change except one of the page goes back to the first page. */
export function listHref(address: ListAddress, { rows = {}, ...change }: AddressChange = {}): string {
  const isChanged = Object.keys(change).length + Object.keys(rows).length > 0
  const { base, page, pageSize, facets, columns } = { ...address, ...(isChanged && { page: 1 }), ...change }
  const params = {
    ...address.rows,
    ...rows,
    columns: columns?.join(',') ?? null,
    facets: facets ? 'true' : null,
    page_size: pageSize === null ? null : String(pageSize),
    page: page > 1 ? String(page) : null,
  }
  const query = new URLSearchParams(Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1])))
  return query.size > 0 ? `${base}?${query}` : base
}

/** The parameters of an address as the hidden fields of a form that goes back to the list. @param without those that the form asks for */
export const hiddenFields = (address: ListAddress, without: readonly string[]): [string, string][] =>
  [...new URL(listHref(address, { page: 1 }), 'http://base.invalid').searchParams].filter(([name]) => !without.includes(name))

/** The terms of the order that an address names, `-` in front of those that descend. */
export const orderOf = ({ rows }: ListAddress): string[] => rows.ordering?.split(',') ?? []

export const isNarrowed = ({ rows }: ListAddress) => Object.keys(rows).some((name) => name !== 'ordering')

/** The page of one of the list's objects, which knows the way back to this very list. */
export const objectHref = (listAddress: string, base: string, id: number | string) =>
  listAddress === base ? `${base}/${id}` : `${base}/${id}?next=${encodeURIComponent(listAddress)}`

/** The list to go back to, as `next` of an object's page names it, however often a form came back with it. */
export function listBehind(base: string, next: unknown): string {
  for (let path = safeNextPath(next), rounds = 0; path !== null && rounds < 4; rounds += 1) {
    const url = new URL(path, 'http://base.invalid')
    if (url.pathname === base) return path
    path = safeNextPath(url.searchParams.get('next'))
  }
  return base
}

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

/** A list's address: the parameters of its API, and `columns` for what the page shows. `q` and `p`, Django's, are still read. */
import { allColumns, type ModelAdmin } from '#lib/admin/core/declaration'
import { safeNextPath } from '#lib/web/routes'

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
export type AddressChange = Partial<Omit<ListAddress, 'base' | 'rows'>> & { rows?: Record<string, string | null> }

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

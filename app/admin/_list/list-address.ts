/** A list's address, as Django's admin writes it: `q`, `o` (columns by number, `-2.1`), `p`, `all`, `_facets` and the filters. */
import { allColumns, columnNumbers, type ModelAdmin } from '#lib/admin/declaration'
import { safeNextPath } from '#lib/web/routes'

export type ListedAdmin = Pick<
  ModelAdmin,
  'listDisplay' | 'listOptional' | 'sortableBy' | 'listFilter' | 'ordering' | 'listPerPage' | 'listMaxPerPage' | 'fields'
>

export interface OrderTerm {
  field: string
  down: boolean
}

export interface ListAddress {
  /** The list's path. */
  base: string
  q: string
  /** As the address says it; empty for the model's own order. */
  order: OrderTerm[]
  page: number
  all: boolean
  /** Whether the counts of the filters' choices are asked for. */
  facets: boolean
  filters: Record<string, string>
}

type Given = Record<string, string | string[] | undefined>

function readOrder(admin: ListedAdmin, value: string): OrderTerm[] {
  const [columns, { sortableBy }] = [allColumns(admin), admin]
  const terms = value.split('.').flatMap((term) => {
    const field = columns[Math.abs(Number(term)) - 1]
    return field !== undefined && sortableBy.includes(field) ? [{ field, down: term.startsWith('-') }] : []
  })
  return terms.filter(({ field }, index) => terms.findIndex((other) => other.field === field) === index)
}

/** Reads an address; what it does not know is left out. */
export function readAddress(admin: ListedAdmin, base: string, given: Given): ListAddress {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name].trim() : '')
  const filters = admin.listFilter.map(({ field }) => [field, text(field)] as const).filter(([, value]) => value !== '')
  const page = Number(text('p'))
  return {
    base,
    q: text('q'),
    order: readOrder(admin, text('o')),
    page: Number.isInteger(page) && page > 1 ? page : 1,
    all: given.all !== undefined,
    facets: given._facets !== undefined,
    filters: Object.fromEntries(filters),
  }
}

const termOf = ({ field, down }: OrderTerm) => `${down ? '-' : ''}${field}`

/** The address of the list with something else about it; whatever it is, the pages begin anew unless it is the page. */
export function listHref(admin: ListedAdmin, address: ListAddress, change: Partial<ListAddress> = {}): string {
  const { base, q, order, page, all, facets, filters } = { ...address, ...(Object.keys(change).length > 0 && { page: 1 }), ...change }
  const query = new URLSearchParams(filters)
  if (q !== '') query.set('q', q)
  const columns = columnNumbers(admin, order.map(termOf))
  if (columns !== '') query.set('o', columns)
  if (all) query.set('all', '')
  if (facets) query.set('_facets', '1')
  if (page > 1) query.set('p', String(page))
  return query.size > 0 ? `${base}?${query}` : base
}

/** A filter set, or with null taken away. */
export function withFilter({ filters }: ListAddress, field: string, value: string | null): Record<string, string> {
  const { [field]: _, ...others } = filters
  return value === null ? others : { ...others, [field]: value }
}

/** The parameters by which the same rows are asked of the list (lib/admin/list-objects.ts), or exported. */
export function rowParams({ q, order, filters }: ListAddress): Record<string, string> {
  const ordering = order.map(termOf).join(',')
  return { ...filters, ...(q !== '' && { search: q }), ...(ordering !== '' && { ordering }) }
}

export const isNarrowed = ({ q, filters }: ListAddress) => q !== '' || Object.keys(filters).length > 0

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

/** What is around the rows of a list: the search, the choice of columns, the links to other pages. */
import { allColumns, type ModelAdmin } from '#lib/admin/core/declaration'
import type { ListPage } from '#lib/admin/core/list-objects'
import { Checkbox, FieldError } from '../../_ui/field.tsx'
import { capitalize, formatCount, formatNumber } from '../../_ui/format-text.ts'
import { hiddenFields, isNarrowed, type ListAddress, type ListedAdmin, listHref } from './load-list.ts'

/** The address's other parameters in a form that goes back to the list. @param without those that the form asks for */
export const KeptParameters = ({ address, without }: { address: ListAddress; without: readonly string[] }) =>
  hiddenFields(address, without).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)

interface SearchProps {
  admin: ListedAdmin & { verboseName: string; verboseNamePlural: string; searchFields: readonly string[] }
  address: ListAddress
  list: Pick<ListPage<unknown>, 'count' | 'countIsExact'>
  /** How many rows there are without search and filters. */
  total: { count: number; countIsExact: boolean }
  /** Whether a search or filter is invalid, so that no row is shown. */
  isWrong?: boolean
  /** What is wrong with the search. */
  error?: string | undefined
}

/** How many rows there are, as far as they were counted. */
function resultText({ admin: { verboseName, verboseNamePlural }, address, list, total, isWrong }: SearchProps): string {
  const about = total.countIsExact ? '' : 'about '
  if (!isNarrowed(address)) return capitalize(about + formatCount(total.count, verboseName, verboseNamePlural))
  const found = list.countIsExact ? formatCount(list.count, 'result', 'results') : `More than ${formatNumber(list.count)} results`
  return `${isWrong ? 'None shown' : found} (${about}${formatNumber(total.count)} total)`
}

/** Finds rows by words, and says how many there are. */
export function SearchForm(props: SearchProps) {
  const { admin, address, error } = props
  return (
    <div className="list-search row spread">
      {admin.searchFields.length > 0 && (
        <search>
          <form id="search-form" className="search" method="get" action={address.base}>
            <KeptParameters address={address} without={['search']} />
            <label htmlFor="search" className="visually-hidden">
              Search {admin.verboseNamePlural}
            </label>
            <FieldError id="search" errors={error === undefined ? [] : [error]} />
            <input
              id="search"
              aria-invalid={error !== undefined || undefined}
              aria-describedby={error && 'search-error'}
              name="search"
              type="search"
              dir="auto"
              defaultValue={address.rows.search}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              placeholder={admin.searchFields.map((field) => admin.fields[field]?.label.toLowerCase()).join(', ')}
            />
            <button type="submit" className="button button-secondary">
              Search
            </button>
          </form>
        </search>
      )}
      <p className="secondary number">
        {resultText(props)}
        {address.rows.search !== undefined && (
          <>
            {' · '}
            <a href={listHref(address, { rows: { search: null } })}>Clear search</a>
          </>
        )}
      </p>
    </div>
  )
}

/** Which columns the list shows, folded away; nothing where there are none to choose from. The choice is part of the address. */
export function ColumnChoice({ admin, address, shown }: { admin: ModelAdmin; address: ListAddress; shown: readonly string[] }) {
  if (admin.listOptional.length === 0) return null
  const [first = ''] = admin.listDisplay
  return (
    <details>
      <summary>Columns</summary>
      {/* Without autocomplete a reload would tick what was ticked before, not what is shown. */}
      <form id="column-form" method="get" action={address.base} autoComplete="off">
        <KeptParameters address={address} without={['columns']} />
        <input type="hidden" name="columns" value={first} />
        <fieldset>
          <legend>Show these columns of {admin.verboseNamePlural}</legend>
          <div className="columns columns-narrow">
            {allColumns(admin).map((name) => (
              <Checkbox
                key={name}
                id={`column-${name}`}
                name="columns"
                value={name}
                label={admin.fields[name]?.label ?? name}
                defaultChecked={shown.includes(name)}
                disabled={name === first}
              />
            ))}
          </div>
        </fieldset>
        <div className="row">
          <button type="submit" className="button button-secondary">
            Show these columns
          </button>
          {address.columns !== null && <a href={listHref(address, { columns: null })}>Default</a>}
        </div>
      </form>
    </details>
  )
}

/** The numbers of the pages to be linked: the first, the last and those around the current one; 0 for a gap. */
export function pageNumbers(current: number, last: number): number[] {
  const wanted = [1, 2, current - 1, current, current + 1, last - 1, last].filter((page) => page >= 1 && page <= last)
  const pages = [...new Set(wanted)].sort((one, other) => one - other)
  return pages.flatMap((page, index) => {
    const previous = pages[index - 1] ?? page - 1
    if (page - previous === 2) return [page - 1, page]
    return page - previous > 2 ? [0, page] : [page]
  })
}

interface PagesProps {
  admin: ListedAdmin
  address: ListAddress
  list: ListPage<unknown>
}

/** Links to a list's other pages; nothing where there is one. */
export function Pages({ admin, address, list: { page, pages, hasNext, hasPrevious, count, countIsExact } }: PagesProps) {
  const href = (number: number) => listHref(address, { page: number })
  const canShowAll = countIsExact && count > admin.listPerPage && count <= admin.listMaxPerPage
  if (!hasNext && !hasPrevious && address.pageSize === null) return null
  // Beyond what is counted the last page is not known.
  const last = countIsExact ? pages : page + (hasNext ? 1 : 0)
  return (
    <nav className="pages" aria-label="Pages">
      {hasPrevious && (
        <a href={href(page - 1)} rel="prev">
          Previous
        </a>
      )}
      <ul>
        {pageNumbers(page, last).map((number, index) =>
          number === 0 ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a gap has nothing else
            <li key={`gap ${index}`} aria-hidden="true">
              …
            </li>
          ) : (
            <li key={number}>
              <a href={href(number)} aria-current={number === page ? 'page' : undefined}>
                <span className="visually-hidden">Page </span>
                {formatNumber(number)}
              </a>
            </li>
          ),
        )}
      </ul>
      {hasNext && (
        <a href={href(page + 1)} rel="next">
          Next
        </a>
      )}
      {address.pageSize !== null ? (
        <a href={listHref(address, { pageSize: null })}>Show in pages</a>
      ) : (
        canShowAll && <a href={listHref(address, { pageSize: admin.listMaxPerPage })}>Show all {count}</a>
      )}
    </nav>
  )
}

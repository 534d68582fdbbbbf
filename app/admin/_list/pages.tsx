import type { ListPage } from '#lib/admin/list-objects'
import { numberWords } from '../_ui/admin-messages.ts'
import { type ListAddress, type ListedAdmin, listHref } from './list-address.ts'

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

interface Props {
  admin: ListedAdmin
  address: ListAddress
  list: ListPage<unknown>
}

/** Links to a list's other pages; nothing where there is one. */
export function Pages({ admin, address, list: { page, pages, hasNext, hasPrevious, count, countIsExact } }: Props) {
  const href = (number: number) => listHref(address, { page: number })
  const showAll = countIsExact && count > admin.listPerPage && count <= admin.listMaxPerPage
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
                {numberWords(number)}
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
        showAll && <a href={listHref(address, { pageSize: admin.listMaxPerPage })}>Show all {count}</a>
      )}
    </nav>
  )
}

import { HISTORY_PAGE, type HistoryEntry } from '#lib/admin/history'
import { HistoryTable } from './history-list.tsx'

interface Props {
  /** What it is called. */
  object: string
  objectHref: string
  /** The path of the history. */
  page: string
  /** Which page of it, from 1. */
  number: number
  entries: HistoryEntry[]
}

/** Who changed an object, when, and what of it. */
export function HistoryPage({ object, objectHref, page, number, entries }: Props) {
  return (
    <div className="admin-page">
      <p className="crumb">
        <a href={objectHref}>
          <span dir="auto">{object}</span>
        </a>
      </p>
      <h1>Change history</h1>
      {entries.length === 0 ? (
        <p className="empty-list">This object doesn’t have a change history. It probably wasn’t added via this admin site.</p>
      ) : (
        <HistoryTable entries={entries} caption={`Changes of ${object}`} />
      )}
      {(number > 1 || entries.length === HISTORY_PAGE) && (
        <nav className="page-links" aria-label="Pages">
          {number > 1 && (
            <a href={`${page}?p=${number - 1}`} rel="prev">
              Newer
            </a>
          )}
          {entries.length === HISTORY_PAGE && (
            <a href={`${page}?p=${number + 1}`} rel="next">
              Older
            </a>
          )}
        </nav>
      )}
    </div>
  )
}

import type { HistoryEntry } from '#lib/admin/history'
import { Timestamp } from '../../_ui/timestamp.tsx'

/** What staff did to an object, the newest first. */
export function HistoryTable({ entries, caption }: { entries: HistoryEntry[]; caption: string }) {
  return (
    <table className="objects">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Date and time</th>
          <th scope="col">By</th>
          <th scope="col">Action</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ id, at, actor, words }) => (
          <tr key={id}>
            <th scope="row">
              <Timestamp date={new Date(at)} />
            </th>
            <td data-label="By">
              <span dir="ltr">{actor?.email ?? 'An account that is gone'}</span>
            </td>
            <td data-label="Action">
              <span dir="auto">{words}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

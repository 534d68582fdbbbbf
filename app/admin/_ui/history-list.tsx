import type { HistoryEntry } from '#lib/admin/history'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { FieldChangeList } from './field-change-list.tsx'

interface Props {
  entries: HistoryEntry[]
  caption: string
  /** The declaration's fields, whose labels are said. */
  fields: Readonly<Record<string, { label: string }>>
}

/** What staff did to an object, the newest first. */
export function HistoryTable({ entries, caption, fields }: Props) {
  return (
    <table className="object-table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Date and time</th>
          <th scope="col">By</th>
          <th scope="col">Action</th>
          <th scope="col">Request</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ id, at, actor, words, changes, requestId }) => (
          <tr key={id}>
            <th scope="row">
              <Timestamp date={new Date(at)} />
            </th>
            <td data-label="By">
              <span dir="ltr">{actor?.email ?? 'An account that is gone'}</span>
            </td>
            <td data-label="Action">
              <div>
                <span dir="auto">{words}</span>
                <FieldChangeList changes={changes} fields={fields} />
              </div>
            </td>
            <td data-label="Request">{requestId === null ? '–' : <code>{requestId}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

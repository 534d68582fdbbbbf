import type { FieldChanges } from '#lib/admin/field-changes'
import type { HistoryEntry } from '#lib/admin/history'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { FieldChangeList } from './field-change-list.tsx'

interface Props {
  /** What was done since the form was opened, the newest first. */
  entries: HistoryEntry[]
  /** From what is stored to what was entered. */
  differences: FieldChanges
  fields: Readonly<Record<string, { label: string }>>
}

/** Tells the user who saved second what the first did, and what saving again would change. */
export function EditConflict({ entries, differences, fields }: Props) {
  return (
    <section className="panel stack" aria-labelledby="edit-conflict-title">
      <h2 id="edit-conflict-title">Changed since you opened this page</h2>
      {entries.length > 0 ? (
        <ul>
          {entries.map(({ id, at, actor, words, changes }) => (
            <li key={id}>
              {words.replace(/\.$/, '')} by <bdi>{actor?.email ?? 'an account that is gone'}</bdi>, <Timestamp date={new Date(at)} />
              <FieldChangeList changes={changes} fields={fields} />
            </li>
          ))}
        </ul>
      ) : (
        <p>It was changed outside this admin area, so it isn’t known by whom.</p>
      )}
      {Object.keys(differences).length > 0 ? (
        <>
          <h3>If you save what you entered, this changes</h3>
          <FieldChangeList changes={differences} fields={fields} />
        </>
      ) : (
        <p>What you entered is what is stored by now.</p>
      )}
    </section>
  )
}

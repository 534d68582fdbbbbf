/** What staff changed, field by field. */

import type { HistoryEntry } from '#lib/admin/core/history'
import type { FieldChange, FieldChanges } from '#lib/admin/core/read-object'
import { Timestamp } from '../../_ui/timestamp.tsx'

/** The declaration's fields, for their labels. */
type Fields = Readonly<Record<string, { label: string }>>

/** Names listed of one change before the rest are only counted. */
const MAX_NAMED = 20

const valueText = (value: string | boolean) =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : value === '' ? 'nothing' : `“${value}”`

function namesText(names: string[]): string {
  const rest = names.length - MAX_NAMED
  return names.slice(0, MAX_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function Change({ change }: { change: FieldChange }) {
  if ('from' in change) {
    return (
      <>
        <del dir="auto">
          <span className="visually-hidden">from </span>
          {valueText(change.from)}
        </del>{' '}
        <span aria-hidden="true">→</span>{' '}
        <ins dir="auto">
          <span className="visually-hidden">to </span>
          {valueText(change.to)}
        </ins>
      </>
    )
  }
  return (
    <>
      {change.added.length > 0 && <ins dir="auto">added {namesText(change.added)}</ins>}
      {change.added.length > 0 && change.removed.length > 0 && '; '}
      {change.removed.length > 0 && <del dir="auto">removed {namesText(change.removed)}</del>}
    </>
  )
}

export function FieldChangeList({ changes, fields }: { changes: FieldChanges; fields: Fields }) {
  const entries = Object.entries(changes)
  if (entries.length === 0) return null
  return (
    <ul className="field-changes stack-tight">
      {entries.map(([name, change]) => (
        <li key={name}>
          <span className="label">{fields[name]?.label ?? name}:</span> <Change change={change} />
        </li>
      ))}
    </ul>
  )
}

interface EditConflictProps {
  /** What was done since the form was opened, the newest first. */
  entries: HistoryEntry[]
  /** From what is stored to what was entered. */
  differences: FieldChanges
  fields: Fields
}

/** Tells the user who saved second what the first did, and what saving again would change. */
export function EditConflict({ entries, differences, fields }: EditConflictProps) {
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

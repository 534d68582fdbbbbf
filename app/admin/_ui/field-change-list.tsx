import type { FieldChange, FieldChanges } from '#lib/admin/field-changes'

interface Props {
  changes: FieldChanges
  /** The declaration's fields, whose labels are said. */
  fields: Readonly<Record<string, { label: string }>>
}

/** Names said of one set before the rest are only counted. */
const MAX_NAMED = 20

const valueWords = (value: string | boolean) =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : value === '' ? 'nothing' : `“${value}”`

function named(names: string[]): string {
  const rest = names.length - MAX_NAMED
  return names.slice(0, MAX_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function ChangeWords({ change }: { change: FieldChange }) {
  if ('from' in change) {
    return (
      <>
        <del dir="auto">
          <span className="visually-hidden">from </span>
          {valueWords(change.from)}
        </del>{' '}
        <span aria-hidden="true">→</span>{' '}
        <ins dir="auto">
          <span className="visually-hidden">to </span>
          {valueWords(change.to)}
        </ins>
      </>
    )
  }
  return (
    <>
      {change.added.length > 0 && <ins dir="auto">added {named(change.added)}</ins>}
      {change.added.length > 0 && change.removed.length > 0 && '; '}
      {change.removed.length > 0 && <del dir="auto">removed {named(change.removed)}</del>}
    </>
  )
}

/** What a change made of each field. */
export function FieldChangeList({ changes, fields }: Props) {
  const entries = Object.entries(changes)
  if (entries.length === 0) return null
  return (
    <ul className="field-changes stack-tight">
      {entries.map(([name, change]) => (
        <li key={name}>
          <span className="label">{fields[name]?.label ?? name}:</span> <ChangeWords change={change} />
        </li>
      ))}
    </ul>
  )
}

import { Fragment, type ReactNode } from 'react'
import { formatNumber } from '../../_ui/format-text.ts'
import { UnsavedChangesForm } from './unsaved-changes-form.tsx'

export type Related = { label: string; count: number; effect?: 'delete' | 'set null' | 'refuse' }

interface Props {
  title: string
  action: string
  /** What is done, in a sentence or two. */
  children: ReactNode
  /** What else a deletion is about: rows that go with it, that stay without an owner, or that forbid it. */
  related: Related[]
  /** Where "No" leads. */
  back: string
  /** What the form sends besides. */
  fields?: Record<string, string>
}

const Counts = ({ heading, rows }: { heading: string; rows: Related[] }) =>
  rows.length > 0 && (
    <>
      <h2>{heading}</h2>
      <dl className="details">
        {rows.map(({ label, count }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd className="number">{formatNumber(count)}</dd>
          </Fragment>
        ))}
      </dl>
    </>
  )

/** Asks before something is deleted or shut out; looking at it changes nothing. What other tables forbid is said, and not offered. */
export function Confirmation({ title, action, children, related, back, fields = {} }: Props) {
  const withEffect = (wanted: Related['effect']) => related.filter(({ effect = 'delete' }) => effect === wanted)
  const refusing = withEffect('refuse')
  return (
    <>
      <h1>{title}</h1>
      <div className="panel panel-danger stack">
        {refusing.length > 0 ? (
          <p>This cannot be deleted: other tables refer to it, and their foreign keys forbid it.</p>
        ) : (
          <p>{children}</p>
        )}
        <Counts heading="What forbids it" rows={refusing} />
        <Counts heading="What goes with it" rows={withEffect('delete')} />
        <Counts heading="What stays, without an owner" rows={withEffect('set null')} />
        {refusing.length > 0 ? (
          <p className="form-actions row">
            <a href={back}>Take me back</a>
          </p>
        ) : (
          <UnsavedChangesForm id="confirmation-form" action={action} className="form-actions row" forgiving>
            {Object.entries(fields).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <button type="submit" className="button button-danger">
              Yes, I’m sure
            </button>
            <a href={back}>No, take me back</a>
          </UnsavedChangesForm>
        )}
      </div>
    </>
  )
}

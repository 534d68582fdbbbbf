import type { ReactNode } from 'react'
import { numberWords } from './admin-words.ts'
import { GuardedForm } from './guarded-form.tsx'

interface Props {
  title: string
  action: string
  /** What is deleted, in a sentence. */
  children: ReactNode
  /** What goes with it. */
  related: { label: string; count: number }[]
  /** Where "No" leads. */
  back: string
  /** What the form sends besides. */
  fields?: [name: string, value: string][]
}

/** Asks before something is deleted; looking at it deletes nothing. */
export function DeleteQuestion({ title, action, children, related, back, fields = [] }: Props) {
  return (
    <>
      <h1>{title}</h1>
      <div className="danger">
        <p>{children}</p>
        {related.length > 0 && (
          <>
            <h2>What goes with it</h2>
            <dl className="counts">
              {related.map(({ label, count }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{numberWords(count)}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
        <GuardedForm id="delete-form" action={action} className="submit-line" forgiving>
          {fields.map(([name, value]) => (
            <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
          ))}
          <button type="submit" className="button">
            Yes, I’m sure
          </button>
          <a href={back}>No, take me back</a>
        </GuardedForm>
      </div>
    </>
  )
}

import type { Ref } from 'react'

/** One problem, and the field it is about; null for what is about none. */
export interface Problem {
  text: string
  fieldId: string | null
}

interface Props {
  problems: Problem[]
  ref?: Ref<HTMLDivElement>
}

/** Everything that is wrong with a form, first on the page and focused. Without JavaScript `autofocus` does that. */
export function ErrorSummary({ problems, ref }: Props) {
  if (problems.length === 0) return null
  return (
    // biome-ignore lint/a11y/noAutofocus: the page was loaded to say this
    <div className="panel error-summary stack-tight" role="alert" tabIndex={-1} autoFocus ref={ref} aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">There is a problem</h2>
      <ul className="stack-tight">
        {problems.map(({ text, fieldId }) => (
          <li key={`${fieldId} ${text}`}>{fieldId ? <a href={`#${fieldId}`}>{text}</a> : text}</li>
        ))}
      </ul>
    </div>
  )
}

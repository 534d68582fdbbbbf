import type { ReactNode } from 'react'

interface Props {
  /** Where "Save" leads; none where the server knows that alone. */
  list?: string
  /** The form's own page; none where there is none yet. */
  here?: string
  /** The page of another one; undefined without permission to add one. */
  add?: string | undefined
  /** At the end: the link that deletes. */
  children?: ReactNode
}

/** A form's buttons, Django's: the first is what Enter does. */
export function SubmitLine({ list, here, add, children }: Props) {
  return (
    <div className="form-actions row">
      <button type="submit" className="button" {...(list !== undefined && { name: 'next', value: list })}>
        Save
      </button>
      {here !== undefined && (
        <button type="submit" className="button button-secondary" name="next" value={here}>
          Save and continue editing
        </button>
      )}
      {add !== undefined && (
        <button type="submit" className="button button-secondary" name="next" value={add}>
          Save and add another
        </button>
      )}
      {children}
    </div>
  )
}

import { type ComponentProps, type ReactNode, useState } from 'react'
import { ErrorIcon } from './icons.tsx'

export interface FieldProps extends Omit<ComponentProps<'input'>, 'id' | 'name'> {
  id: string
  name: string
  label: string
  hint?: string | undefined
  /** What is wrong with it, in words. */
  errors: string[]
  /** Stands inside the input's frame, at its end. */
  inside?: ReactNode
  /** Stands below the input. */
  below?: ReactNode
}

/** A labelled input with its hint and its errors above it, where neither a keyboard nor an autofill list covers them. */
export function Field({ id, label, hint, errors, inside, below, ...input }: FieldProps) {
  const error = errors.join('\n')
  const [lastError, setLastError] = useState(error)
  if (error !== '' && error !== lastError) setLastError(error)
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field" data-wrong={error !== '' || undefined}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {/* A message that is gone keeps its place: the field must not move while it is typed in. */}
      {lastError !== '' && (
        <p className="field-error" id={`${id}-error`} data-gone={error === '' || undefined}>
          <ErrorIcon />
          <span>
            <span className="visually-hidden">Error: </span>
            {lastError}
          </span>
        </p>
      )}
      <div className="input-frame">
        <input id={id} aria-invalid={error !== '' || undefined} aria-describedby={describedBy || undefined} {...input} />
        {inside}
      </div>
      {below}
    </div>
  )
}

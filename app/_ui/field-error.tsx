'use client'
import { useState } from 'react'
import { ErrorIcon } from './icons.tsx'

interface Props {
  /** The field's; the message has it with `-error` behind. */
  id: string
  /** Messages, one a line. */
  errors: readonly string[]
}

/** What is wrong with a field. A message that is gone keeps its place: the field must not move while a user types in it. */
export function FieldError({ id, errors }: Props) {
  const error = errors.join('\n')
  const [lastError, setLastError] = useState(error)
  if (error !== '' && error !== lastError) setLastError(error)
  if (lastError === '') return null
  return (
    <p className="field-error" id={`${id}-error`} data-gone={error === '' || undefined}>
      <ErrorIcon />
      <span>
        <span className="visually-hidden">Error: </span>
        {lastError}
      </span>
    </p>
  )
}

'use client'
import type { InputEvent } from 'react'
import { Field, type FieldProps } from './field.tsx'

interface Props extends Pick<FieldProps, 'id' | 'name' | 'errors'> {
  autoFocus?: boolean
  /** Where the code is from. */
  hint?: string
  /** Whether the form is sent with the sixth digit, where nothing else is to be entered. */
  submits?: boolean
}

/** A code of six digits: one field, into which it can be typed or pasted in any way. */
export function AuthenticatorCodeField({ submits = false, hint = 'Six digits from your authenticator app', ...field }: Props) {
  const onInput = ({ currentTarget, nativeEvent }: InputEvent<HTMLInputElement>) => {
    // While someone corrects a digit in the middle, the code is not complete yet.
    const isAtEnd = currentTarget.selectionStart === currentTarget.value.length
    const inserts = 'inputType' in nativeEvent && nativeEvent.inputType.startsWith('insert')
    if (submits && inserts && isAtEnd && /^\D*(\d\D*){6}$/.test(currentTarget.value)) currentTarget.form?.requestSubmit()
  }
  return (
    <Field
      {...field}
      label="Code"
      hint={hint}
      type="text"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9 \-]*"
      enterKeyHint="go"
      dir="ltr"
      required
      onInput={onInput}
    />
  )
}

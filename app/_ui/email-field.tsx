'use client'
import { useState } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { suggestAddress } from './suggest-address.ts'

/** An email address. */
export const EmailField = (field: FieldProps) => (
  <Field type="email" autoCapitalize="none" spellCheck={false} dir="ltr" required {...field} />
)

/**
 * "Did you mean …?" below an email field, with a one-click fix. It never blocks: the address may well be right.
 * @returns what useNativeForm() takes, and what the field has below it
 */
export function useEmailSuggestion() {
  const [address, setAddress] = useState<string | null>(null)
  const onLeave = (name: string, value: string) => name === 'email' && setAddress(suggestAddress(value))
  const below = (fill: (name: string, value: string) => void) => (
    <div role="status">
      {address && (
        <p className="hint">
          Did you mean{' '}
          <button
            type="button"
            className="button-link"
            onClick={() => {
              fill('email', address)
              setAddress(null)
            }}
          >
            {address}
          </button>
          ?
        </p>
      )}
    </div>
  )
  return { onLeave, below }
}

'use client'
import type { SubmitEvent } from 'react'
import { OPEN_FIELD } from '#lib/fields/text'
import { FormAccount } from './form-account.tsx'

interface Props {
  label: string
  /** The address that the form for a reset begins with. */
  email: string
  /** The id of a field whose address is taken instead, as it is when the button is pressed. */
  typedIn?: string
}

/** Opens the form for a password reset with an address in it: posted, since a URL stays in histories and in logs of proxies. */
export function ResetLink({ label, email, typedIn }: Props) {
  const takeTyped = ({ currentTarget }: SubmitEvent<HTMLFormElement>) => {
    const typed = typedIn === undefined ? null : document.getElementById(typedIn)
    const sent = currentTarget.elements.namedItem('email')
    if (typed instanceof HTMLInputElement && sent instanceof HTMLInputElement) sent.value = typed.value.trim()
  }
  return (
    <form method="post" action="/api/accounts/password/reset/" onSubmit={takeTyped}>
      <FormAccount />
      <input type="hidden" name="email" defaultValue={email} />
      <button type="submit" className="button-link" name={OPEN_FIELD} value="1">
        {label}
      </button>
    </form>
  )
}

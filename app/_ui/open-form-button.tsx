'use client'
import type { SubmitEvent } from 'react'
import { OPEN_FIELD } from '#lib/fields/text'
import { FormAccount } from './form-account.tsx'
import { tickOf } from './form-hooks.ts'

interface Props {
  /** The endpoint whose form is opened. */
  action: string
  label: string
  /** The address that the form begins with. */
  email: string
  /** The id of a field whose address is taken instead, as it is when the button is pressed. */
  typedIn?: string
  /** The id of a checkbox on this page, and its name in the form, where it begins as it is ticked here. */
  tickedIn?: string
  /** Where the form leads, if anywhere else than usual. */
  next?: string | null
}

/** Opens another page's form with an address in it: posted, since a URL stays in histories and in logs of proxies. */
export function OpenFormButton({ action, label, email, typedIn, tickedIn, next = null }: Props) {
  const takeTyped = ({ currentTarget }: SubmitEvent<HTMLFormElement>) => {
    const typed = typedIn === undefined ? null : document.getElementById(typedIn)
    const set = (name: string, value: string) => {
      const sent = currentTarget.elements.namedItem(name)
      if (sent instanceof HTMLInputElement) sent.value = value
    }
    if (typed instanceof HTMLInputElement) set('email', typed.value.trim())
    if (tickedIn !== undefined) set(tickedIn, tickOf(tickedIn))
  }
  return (
    <form method="post" action={action} onSubmit={takeTyped}>
      <FormAccount />
      <input type="hidden" name="email" defaultValue={email} />
      {tickedIn !== undefined && <input type="hidden" name={tickedIn} defaultValue="" />}
      {next !== null && <input type="hidden" name="next" value={next} />}
      <button type="submit" className="button-link" name={OPEN_FIELD} value="1">
        {label}
      </button>
    </form>
  )
}

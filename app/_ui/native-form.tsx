'use client'
import type { ReactNode } from 'react'
import { FormAccount } from './form-account.tsx'
import { SubmitButton } from './submit-button.tsx'
import { FormTheme } from './theme.tsx'
import type { NativeFormState } from './use-native-form.ts'

interface Props {
  form: NativeFormState
  id: string
  /** The endpoint, `?_method=` included. */
  action: string
  /** The button's label, and what it says while the form is on its way. */
  submit: readonly [label: string, busyLabel: string]
  look?: 'button' | 'button button-danger'
  /** Whether it counts only for the account that the page was shown to; a form that signs in does not. */
  ofAccount?: boolean
  children: ReactNode
}

/** The form of useNativeForm(): its fields, and its button at the end. */
export function NativeForm({
  form: { formProps, sending },
  id,
  action,
  submit: [label, busyLabel],
  look,
  ofAccount = true,
  children,
}: Props) {
  return (
    <form id={id} action={action} className="form" {...formProps}>
      {ofAccount && <FormAccount />}
      {children}
      <SubmitButton label={label} busyLabel={busyLabel} busy={sending} {...(look && { look })} />
      <FormTheme />
    </form>
  )
}

'use client'
import { linkFormSchema } from '#lib/accounts/email-verification/schema'
import type { FormState } from '../_request.ts'
import { ConfirmByLink } from '../_ui/confirm-by-link.tsx'
import { SignupPassword } from './signup-password.tsx'

interface Props {
  state: FormState
  token: string
  email: string
  /** Whether this browser does not show by itself that its person signed up. */
  asks: boolean
}

/** Confirms the address of a sign-up. */
export function LinkForm({ state, token, email, asks }: Props) {
  return (
    <ConfirmByLink
      id="link-form"
      action="/api/accounts/email/verify/"
      state={state}
      token={token}
      title="Confirm your email address"
      lead={<Lead email={email} />}
      label="Confirm email address"
      schema={linkFormSchema(asks)}
      password={asks ? (field) => <SignupPassword field={field} email={email} /> : null}
    />
  )
}

export const Lead = ({ email }: Pick<Props, 'email'>) => (
  <p className="lead">
    Is <strong dir="ltr">{email}</strong> yours?
  </p>
)

'use client'
import type { ReactNode } from 'react'
import { confirmFormSchema } from '#lib/accounts/email-change/schema'
import type { FormState } from '../../_request.ts'
import { ConfirmByLink } from '../../_ui/confirm-by-link.tsx'
import { CurrentPasswordField } from '../../_ui/password-field.tsx'

interface Props {
  state: FormState
  token: string
  /** The account's present address. */
  email: string
  /** Whether this browser is not signed in to the account, so that its password is needed. */
  asks: boolean
  title: string
  children: ReactNode
}

/** Confirms a new address. */
export function ConfirmForm({ state, token, email, asks, title, children }: Props) {
  return (
    <ConfirmByLink
      id="confirm-change-form"
      action="/api/accounts/email/change/confirm/"
      state={state}
      token={token}
      title={title}
      lead={children}
      label="Confirm this address"
      schema={confirmFormSchema(asks)}
      password={
        asks
          ? (field) => (
              <CurrentPasswordField
                {...field}
                email={email}
                hint="You’re not signed in here, so we need to check it’s you."
                below={
                  <p className="hint">Didn’t ask for this? You can ignore it: someone else wants to use your address for their account.</p>
                }
              />
            )
          : null
      }
    />
  )
}

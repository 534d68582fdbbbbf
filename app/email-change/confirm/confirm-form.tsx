'use client'
import type { ReactNode } from 'react'
import { confirmFormSchema } from '#lib/accounts/email-change/schema'
import type { FormState } from '../../_request.ts'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { FormAccount } from '../../_ui/form-account.tsx'
import { FormTheme } from '../../_ui/form-theme.tsx'
import { PasswordField } from '../../_ui/password-field.tsx'
import { schemaResolver } from '../../_ui/schema-resolver.ts'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { useNativeForm } from '../../_ui/use-native-form.ts'

interface Props {
  state: FormState
  token: string
  /** The account's present address. */
  email: string
  /** Whether this browser is not signed in to the account, so that its password is needed. */
  asks: boolean
  children: ReactNode
}

/** Confirms a new address. Only the button does, since mail scanners open links, too. */
export function ConfirmForm({ state, token, email, asks, children }: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({
    ids: asks ? { password: 'current-password' } : ({} as Record<string, string>),
    errors: state.errors,
    resolver: schemaResolver(confirmFormSchema(asks)),
  })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Confirm your new email address</h1>
      {children}
      <form id="confirm-change-form" action="/api/accounts/email/change/confirm/" className="form" {...formProps}>
        <FormAccount />
        <input type="hidden" name="token" value={token} />
        {asks && (
          <>
            {/* Tells password managers whose password it is. */}
            <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
            <PasswordField
              {...field('password')}
              label="Your password"
              hint="You are not signed in here, so we check that the account is yours."
              shows="password"
              autoComplete="current-password"
              required
              below={
                <p className="hint">You did not ask for this? Then do nothing: someone else wants to use your address for their account.</p>
              }
            />
          </>
        )}
        <SubmitButton label="Confirm this address" busyLabel="Confirming…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

'use client'
import { useMemo } from 'react'
import { changePasswordSchema } from '#lib/accounts/password-change/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { FormAccount } from '../../_ui/form-account.tsx'
import { FormTheme } from '../../_ui/form-theme.tsx'
import { NEW_PASSWORD_IDS, NewPasswordFields } from '../../_ui/new-password-fields.tsx'
import { newPasswordResolver } from '../../_ui/new-password-resolver.ts'
import { PasswordField } from '../../_ui/password-field.tsx'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { current_password: 'current-password', ...NEW_PASSWORD_IDS }

interface Props {
  state: FormState
  email: string
  minLength: number
}

/** The form that changes a signed-in user's password. */
export function PasswordForm({ state, email, minLength }: Props) {
  const resolver = useMemo(() => newPasswordResolver(changePasswordSchema, minLength), [minLength])
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver, ask: askServer })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Change your password</h1>
      <p className="lead">You’ll stay signed in here and be signed out everywhere else.</p>
      <form id="password-form" action="/api/accounts/password/change/" className="form" {...formProps}>
        <FormAccount />
        <PasswordField
          {...field('current_password')}
          label="Current password"
          shows="current password"
          autoComplete="current-password"
          required
        />
        <NewPasswordFields field={field} minLength={minLength} email={email} />
        <SubmitButton label="Change password" busyLabel="Changing password…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

'use client'
import { useMemo } from 'react'
import { confirmResetSchema } from '#lib/accounts/password-reset/schema'
import type { FormState } from '../../_request.ts'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { NEW_PASSWORD_IDS, NewPasswordFields } from '../../_ui/new-password-fields.tsx'
import { newPasswordResolver } from '../../_ui/new-password-resolver.ts'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { token: 'token', ...NEW_PASSWORD_IDS }

interface Props {
  state: FormState
  token: string
  email: string
  minLength: number
  /** Whether the account is closed: the new password restores it. */
  isClosed: boolean
}

/** The form in which the owner of a mailbox chooses a new password. */
export function ConfirmForm({ state, token, email, minLength, isClosed }: Props) {
  const resolver = useMemo(() => newPasswordResolver(confirmResetSchema, minLength), [minLength])
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Choose a new password</h1>
      <p className="lead">
        For <span dir="ltr">{email}</span>.{' '}
        {isClosed ? 'This account is closed; a new password restores it.' : 'You will be signed out on every device.'}
      </p>
      <form id="new-password-form" action="/api/accounts/password/reset/confirm/" className="form" {...formProps}>
        <input type="hidden" name="token" id="token" value={token} />
        <NewPasswordFields field={field} minLength={minLength} email={email} />
        <SubmitButton label="Change password" busyLabel="Changing password…" busy={sending} />
      </form>
    </>
  )
}

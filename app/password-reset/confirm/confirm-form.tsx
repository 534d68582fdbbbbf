'use client'
import { useMemo } from 'react'
import { confirmResetSchema } from '#lib/accounts/password-reset/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { FormTheme } from '../../_ui/form-theme.tsx'
import { NEW_PASSWORD_IDS, NewPasswordFields } from '../../_ui/new-password-fields.tsx'
import { newPasswordResolver } from '../../_ui/new-password-resolver.ts'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { token: 'token', ...NEW_PASSWORD_IDS }

const CHANGE = { heading: 'Choose a new password', button: 'Change password', busy: 'Changing password…' }
const WORDS = {
  invited: { heading: 'Choose a password', button: 'Set password', busy: 'Setting password…', lead: 'Then you can sign in.' },
  open: { ...CHANGE, lead: 'You’ll be signed out on every device.' },
  closed: { ...CHANGE, lead: 'This account is closed. Choosing a new password restores it.' },
}

interface Props {
  state: FormState
  token: string
  email: string
  minLength: number
  /** What the new password is for: the first one, another one, or one that restores a closed account. */
  account: keyof typeof WORDS
}

/** The form in which the owner of a mailbox chooses a new password. */
export function ConfirmForm({ state, token, email, minLength, account }: Props) {
  const resolver = useMemo(() => newPasswordResolver(confirmResetSchema, minLength), [minLength])
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver, ask: askServer })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>{WORDS[account].heading}</h1>
      <p className="lead">
        For <span dir="ltr">{email}</span>. {WORDS[account].lead}
      </p>
      <form id="new-password-form" action="/api/accounts/password/reset/confirm/" className="form" {...formProps}>
        <input type="hidden" name="token" id="token" value={token} />
        <NewPasswordFields field={field} minLength={minLength} email={email} />
        <SubmitButton label={WORDS[account].button} busyLabel={WORDS[account].busy} busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

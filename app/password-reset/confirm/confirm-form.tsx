'use client'
import { useMemo } from 'react'
import { confirmResetSchema } from '#lib/accounts/password-reset/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { NEW_PASSWORD_IDS, NewPasswordFields } from '../../_ui/password-field.tsx'
import { newPasswordResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { token: 'token', ...NEW_PASSWORD_IDS }

const CHANGE = { heading: 'Choose a new password', submit: ['Change password', 'Changing password…'] } as const
const WORDS = {
  invited: { heading: 'Choose a password', submit: ['Set password', 'Setting password…'], lead: 'Then you can sign in.' },
  open: { ...CHANGE, lead: 'You’ll be signed out on every device.' },
  closed: { ...CHANGE, lead: 'This account is closed. Choosing a new password restores it.' },
} as const

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
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver, ask: askServer })
  const { heading, submit, lead } = WORDS[account]
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{heading}</h1>
      <p className="lead">
        For <span dir="ltr">{email}</span>. {lead}
      </p>
      <NativeForm form={form} id="new-password-form" action="/api/accounts/password/reset/confirm/" submit={submit} ofAccount={false}>
        <input type="hidden" name="token" id="token" value={token} />
        <NewPasswordFields first={form.field('password')} second={form.field('confirm_password')} minLength={minLength} email={email} />
      </NativeForm>
    </>
  )
}

'use client'
import { useMemo } from 'react'
import { changePasswordSchema } from '#lib/accounts/password-change/schema'
import { withoutField } from '#lib/fields/text'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { CurrentPasswordField, NEW_PASSWORD_IDS, NewPasswordFields } from '../../_ui/password-field.tsx'
import { newPasswordResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { current_password: 'current-password', ...NEW_PASSWORD_IDS }

interface Props {
  state: FormState
  email: string
  /** Whether the account has a password. */
  asksPassword: boolean
  minLength: number
}

const schemaWithoutPassword = withoutField(changePasswordSchema, 'current_password')

/** The form that changes a signed-in user's password, or sets the first one. */
export function PasswordForm({ state, email, asksPassword, minLength }: Props) {
  const schema = asksPassword ? changePasswordSchema : schemaWithoutPassword
  const resolver = useMemo(() => newPasswordResolver(schema, minLength), [schema, minLength])
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver, ask: askServer })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{asksPassword ? 'Change your password' : 'Set a password'}</h1>
      <p className="lead">
        {!asksPassword && 'You’ll be able to sign in with your email address and this password. '}
        You’ll stay signed in here and be signed out everywhere else.
      </p>
      <NativeForm
        form={form}
        id="password-form"
        action="/api/accounts/password/change/"
        submit={asksPassword ? ['Change password', 'Changing password…'] : ['Set password', 'Setting password…']}
      >
        {asksPassword && <CurrentPasswordField {...form.field('current_password')} label="Current password" shows="current password" />}
        <NewPasswordFields first={form.field('password')} second={form.field('confirm_password')} minLength={minLength} email={email} />
      </NativeForm>
    </>
  )
}

'use client'
import { useMemo } from 'react'
import { signupSchema } from '#lib/accounts/signup/schema'
import type { FormState } from '../_request.ts'
import { askServer } from '../_ui/ask-server.ts'
import { EmailField, useEmailSuggestion } from '../_ui/email-field.tsx'
import { ErrorSummary } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { NEW_PASSWORD_IDS, NewPasswordFields } from '../_ui/password-field.tsx'
import { NameField, PhoneField } from '../_ui/profile-fields.tsx'
import { newPasswordResolver } from '../_ui/resolvers.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { name: 'name', email: 'email', phone: 'phone', ...NEW_PASSWORD_IDS }

interface Props {
  state: FormState
  next: string | null
  passwordMinLength: number
  /** How to enter a phone number. */
  phoneHint: string
  /** Whether the password is asked for twice. */
  confirm: boolean
}

/** The form that makes an account; `next` is where it leads, if the address named a safe place. */
export function SignupForm({ state, next, passwordMinLength, phoneHint, confirm }: Props) {
  const resolver = useMemo(() => newPasswordResolver(signupSchema, passwordMinLength, confirm), [passwordMinLength, confirm])
  const { onLeave, below } = useEmailSuggestion()
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver, onLeave, ask: askServer })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Create an account</h1>
      <NativeForm form={form} id="sign-up-form" action="/api/accounts/signup/" submit={['Create account', 'Creating account…']}>
        {next !== null && <input type="hidden" name="next" value={next} />}
        <NameField {...form.field('name')} defaultValue={state.values.name} />
        <EmailField
          {...form.field('email')}
          label="Email address"
          autoComplete="username"
          defaultValue={state.values.email}
          below={below(form.fill)}
        />
        <PhoneField {...form.field('phone')} hint={`We use it to identify your account. ${phoneHint}`} defaultValue={state.values.phone} />
        <NewPasswordFields
          first={{ ...form.field('password'), label: 'Password', shows: 'password' }}
          second={confirm ? { ...form.field('confirm_password'), label: 'Confirm password' } : null}
          minLength={passwordMinLength}
        />
      </NativeForm>
    </>
  )
}

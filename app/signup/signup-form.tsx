'use client'
import { useMemo, useState } from 'react'
import { signupSchema } from '#lib/accounts/signup/schema'
import type { FormState } from '../_request.ts'
import { askServer } from '../_ui/ask-server.ts'
import { EmailSuggestion } from '../_ui/email-suggestion.tsx'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { Field } from '../_ui/field.tsx'
import { FormAccount } from '../_ui/form-account.tsx'
import { FormTheme } from '../_ui/form-theme.tsx'
import { newPasswordResolver } from '../_ui/new-password-resolver.ts'
import { PasswordField } from '../_ui/password-field.tsx'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { suggestAddress } from '../_ui/suggest-address.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { name: 'name', email: 'email', phone: 'phone', password: 'new-password', confirm_password: 'confirm-password' }

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
export function SignupForm(props: Props) {
  const { state, next, passwordMinLength, phoneHint, confirm } = props
  const [suggestion, setSuggestion] = useState<string | null>(null)
  const resolver = useMemo(() => newPasswordResolver(signupSchema, passwordMinLength, confirm), [passwordMinLength, confirm])
  const onLeave = (name: string, value: string) => name === 'email' && setSuggestion(suggestAddress(value))
  const { field, fill, formProps, problems, summaryBox, sending } = useNativeForm({
    ids: IDS,
    errors: state.errors,
    resolver,
    onLeave,
    ask: askServer,
  })
  const takeSuggestion = (address: string) => {
    fill('email', address)
    setSuggestion(null)
  }
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Create an account</h1>
      <form id="sign-up-form" action="/api/accounts/signup/" className="form" {...formProps}>
        <FormAccount />
        {next !== null && <input type="hidden" name="next" value={next} />}
        <Field
          {...field('name')}
          label="Full name"
          type="text"
          autoComplete="name"
          spellCheck={false}
          dir="auto"
          required
          defaultValue={state.values.name}
        />
        <Field
          {...field('email')}
          label="Email address"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          required
          defaultValue={state.values.email}
          below={<EmailSuggestion address={suggestion} onTake={takeSuggestion} />}
        />
        <Field
          {...field('phone')}
          label="Phone number"
          hint={`We use it to identify your account. ${phoneHint}`}
          type="tel"
          autoComplete="tel"
          inputMode="tel"
          dir="ltr"
          required
          defaultValue={state.values.phone}
        />
        <PasswordField
          {...field('password')}
          label="Password"
          hint={`Use ${passwordMinLength} characters or more. A few unrelated words are strong and easy to remember.`}
          shows="password"
          autoComplete="new-password"
          required
        />
        {confirm && (
          <PasswordField
            {...field('confirm_password')}
            label="Confirm password"
            shows="confirmed password"
            autoComplete="new-password"
            required
          />
        )}
        <SubmitButton label="Create account" busyLabel="Creating account…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

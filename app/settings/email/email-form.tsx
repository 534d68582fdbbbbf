'use client'
import { useState } from 'react'
import { requestChangeSchema } from '#lib/accounts/email-change/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { EmailSuggestion } from '../../_ui/email-suggestion.tsx'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { Field } from '../../_ui/field.tsx'
import { FormAccount } from '../../_ui/form-account.tsx'
import { FormTheme } from '../../_ui/form-theme.tsx'
import { PasswordField } from '../../_ui/password-field.tsx'
import { schemaResolver } from '../../_ui/schema-resolver.ts'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { suggestAddress } from '../../_ui/suggest-address.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { email: 'new-email', password: 'current-password' }
const resolver = schemaResolver(requestChangeSchema)

/** The form that requests an email change. */
export function EmailForm({ state, current }: { state: FormState; current: string }) {
  const [suggestion, setSuggestion] = useState<string | null>(null)
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
      <h1>Change your email address</h1>
      <p className="lead">
        Your current address is <span dir="ltr">{current}</span>. It won’t change until you confirm the new one.
      </p>
      <form id="email-form" action="/api/accounts/email/change/" className="form" {...formProps}>
        <FormAccount />
        {/* Without it a password manager takes the new address for the account's name. */}
        <input
          type="text"
          autoComplete="username"
          defaultValue={current}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
          className="visually-hidden"
          id="username"
        />
        <Field
          {...field('email')}
          label="New email address"
          type="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          required
          defaultValue={state.values.email}
          below={<EmailSuggestion address={suggestion} onTake={takeSuggestion} />}
        />
        <PasswordField
          {...field('password')}
          label="Your password"
          hint="We ask so nobody else can change it."
          shows="password"
          autoComplete="current-password"
          required
        />
        <SubmitButton label="Send link" busyLabel="Sending…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

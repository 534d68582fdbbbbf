'use client'
import { linkFormSchema } from '#lib/accounts/email-verification/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { FormAccount } from '../_ui/form-account.tsx'
import { FormTheme } from '../_ui/form-theme.tsx'
import { schemaResolver } from '../_ui/schema-resolver.ts'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { useNativeForm } from '../_ui/use-native-form.ts'
import { SignupPassword } from './signup-password.tsx'

interface Props {
  state: FormState
  token: string
  email: string
  /** Whether this browser does not show by itself that its person signed up. */
  asks: boolean
}

/** The button that a letter's link leads to: only pressing it confirms, since mail scanners open links, too. */
export function LinkForm({ state, token, email, asks }: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({
    ids: asks ? { password: 'current-password' } : ({} as Record<string, string>),
    errors: state.errors,
    resolver: schemaResolver(linkFormSchema(asks)),
  })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Confirm your email address</h1>
      <p className="lead">
        Is <strong dir="ltr">{email}</strong> yours?
      </p>
      <form id="link-form" action="/api/accounts/email/verify/" className="form" {...formProps}>
        <FormAccount />
        <input type="hidden" name="token" value={token} />
        {asks && <SignupPassword field={field('password')} email={email} />}
        <SubmitButton label="Confirm email address" busyLabel="Confirming…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

'use client'
import { requestResetSchema } from '#lib/accounts/password-reset/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { Field } from '../_ui/field.tsx'
import { FormAccount } from '../_ui/form-account.tsx'
import { FormTheme } from '../_ui/form-theme.tsx'
import { schemaResolver } from '../_ui/schema-resolver.ts'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { email: 'email' }
const resolver = schemaResolver(requestResetSchema)

/** Asks for the address to which the link goes. */
export function RequestForm({ state, email }: { state: FormState; email: string }) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Reset your password</h1>
      <p className="lead">Enter your account’s email address and we’ll send you a link to reset your password.</p>
      <form id="reset-form" action="/api/accounts/password/reset/" className="form" {...formProps}>
        <FormAccount />
        <Field
          {...field('email')}
          label="Email address"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="send"
          dir="ltr"
          required
          autoFocus={problems.length === 0}
          defaultValue={email}
        />
        <SubmitButton label="Send link" busyLabel="Sending…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

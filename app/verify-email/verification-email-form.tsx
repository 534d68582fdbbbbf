'use client'
import { resendSchema } from '#lib/accounts/email-verification/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { Field } from '../_ui/field.tsx'
import { FormAccount } from '../_ui/form-account.tsx'
import { FormTheme } from '../_ui/form-theme.tsx'
import { schemaResolver } from '../_ui/schema-resolver.ts'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { email: 'email' }
const resolver = schemaResolver(resendSchema)

interface Props {
  state: FormState
  title?: string
  lead?: string
  /** What is to be known besides. */
  hint?: string
}

/** Asks for an email where the address is not known. */
export function VerificationEmailForm({
  state,
  title = 'Confirm your email address',
  lead = 'Enter your email address and we’ll send you a link and a code.',
  hint,
}: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      {hint && <p>Did you open a link? {hint}</p>}
      <form id="verification-email-form" action="/api/accounts/email/verify/resend/" className="form" {...formProps}>
        <FormAccount />
        <Field
          {...field('email')}
          label="Email address"
          type="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="send"
          dir="ltr"
          required
          defaultValue={state.values.email}
        />
        <SubmitButton label="Send the email" busyLabel="Sending…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

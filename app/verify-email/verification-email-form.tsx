'use client'
import { resendSchema } from '#lib/accounts/email-verification/schema'
import type { FormState } from '../_request.ts'
import { EmailField } from '../_ui/email-field.tsx'
import { ErrorSummary } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { schemaResolver } from '../_ui/resolvers.ts'
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
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      {hint && <p>Did you open a link? {hint}</p>}
      <NativeForm
        form={form}
        id="verification-email-form"
        action="/api/accounts/email/verify/resend/"
        submit={['Send the email', 'Sending…']}
      >
        <EmailField
          {...form.field('email')}
          label="Email address"
          autoComplete="email"
          enterKeyHint="send"
          defaultValue={state.values.email}
        />
      </NativeForm>
    </>
  )
}

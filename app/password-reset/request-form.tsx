'use client'
import { requestResetSchema } from '#lib/accounts/password-reset/schema'
import type { FormState } from '../_request.ts'
import { EmailField } from '../_ui/email-field.tsx'
import { ErrorSummary } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { schemaResolver } from '../_ui/resolvers.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { email: 'email' }
const resolver = schemaResolver(requestResetSchema)

/** Asks for the address to which the link goes. */
export function RequestForm({ state, email }: { state: FormState; email: string }) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Reset your password</h1>
      <p className="lead">Enter your account’s email address and we’ll send you a link to reset your password.</p>
      <NativeForm form={form} id="reset-form" action="/api/accounts/password/reset/" submit={['Send link', 'Sending…']}>
        <EmailField
          {...form.field('email')}
          label="Email address"
          autoComplete="username"
          enterKeyHint="send"
          autoFocus={form.summary.problems.length === 0}
          defaultValue={email}
        />
      </NativeForm>
    </>
  )
}

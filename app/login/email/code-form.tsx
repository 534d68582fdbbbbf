'use client'
import { emailedCodeSchema } from '#lib/accounts/email-login/schema'
import type { FormState } from '../../_request.ts'
import { AuthenticatorCodeField } from '../../_ui/code-field.tsx'
import { ErrorSummary } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { code: 'code' }
const resolver = schemaResolver(emailedCodeSchema)

interface Props {
  state: FormState
  /** Where the email went, if there is an account. */
  email: string
  /** What is mailed. */
  what: 'code' | 'link'
  /** For how long it works, in words. */
  lifetime: string
}

/** "Check your email": where its code is entered. */
export function CodeForm({ state, email, what, lifetime }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Check your email</h1>
      <p className="lead">
        If an account exists for <strong dir="ltr">{email}</strong>, we’ve sent {what === 'link' ? 'a link and a code' : 'a code'}.{' '}
        {what === 'link' ? 'Open the link in this browser, or enter the code below. They expire' : 'Enter it below. It expires'} in{' '}
        {lifetime}.
      </p>
      <NativeForm
        form={form}
        id="emailed-code-form"
        action="/api/accounts/login/email/confirm/"
        submit={['Sign in', 'Signing in…']}
        ofAccount={false}
      >
        <input type="hidden" name="email" value={email} />
        <AuthenticatorCodeField
          {...form.field('code')}
          hint="Six digits from the email"
          autoFocus={form.summary.problems.length === 0}
          submits
        />
      </NativeForm>
    </>
  )
}

'use client'
import { codeFormSchema } from '#lib/accounts/email-verification/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary, Field } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { PostButton } from '../_ui/post-button.tsx'
import { schemaResolver } from '../_ui/resolvers.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'
import { SignupPassword } from './signup-password.tsx'

interface Props {
  state: FormState
  email: string
  asks: boolean
  /** Whether the account is there already, so that its address is changed in its settings. */
  signedIn: boolean
}

/** "Check your email": where a person waits for the email, and enters its code if they like. */
export function CodeForm({ state, email, asks, signedIn }: Props) {
  const form = useNativeForm({
    ids: asks ? { code: 'code', password: 'current-password' } : { code: 'code' },
    errors: state.errors,
    resolver: schemaResolver(codeFormSchema(asks)),
  })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Check your email</h1>
      <p className="lead">
        We’ve sent an email to <strong dir="ltr">{email}</strong>. Open the link in it, or enter the code below.
      </p>
      <NativeForm form={form} id="code-form" action="/api/accounts/email/verify/" submit={['Confirm email address', 'Confirming…']}>
        <input type="hidden" name="email" value={email} />
        <Field
          {...form.field('code')}
          label="Code"
          hint="Six digits"
          type="text"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 \-]*"
          enterKeyHint="go"
          dir="ltr"
          required
        />
        {asks && <SignupPassword field={form.field('password')} email={email} />}
      </NativeForm>
      <hr />
      <section className="stack" aria-labelledby="other-ways-title">
        <h2 id="other-ways-title">Didn’t get it?</h2>
        <p>It can take a few minutes. Check your spam folder.</p>
        <PostButton action="/api/accounts/email/verify/resend/" fields={{ email }}>
          Send another email
        </PostButton>
        {!signedIn && (
          <p>
            Wrong address? <a href="/signup">Use a different one</a>
          </p>
        )}
      </section>
    </>
  )
}

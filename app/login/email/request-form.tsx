'use client'
import { requestFormSchema } from '#lib/accounts/email-login/schema'
import type { FormState } from '../../_request.ts'
import { EmailField } from '../../_ui/email-field.tsx'
import { Checkbox, ErrorSummary } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { email: 'email' }
const resolver = schemaResolver(requestFormSchema)

interface Props {
  state: FormState
  email: string
  /** What is mailed. */
  what: 'code' | 'link'
  /** Where the sign-in leads, if the address named a safe place. */
  next: string | null
  /** The label of "Keep me signed in". */
  rememberLabel: string
}

/** Asks for the address to which the email goes. */
export function RequestForm({ state, email, what, next, rememberLabel }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Sign in by email</h1>
      <p className="lead">Enter your account’s email address and we’ll send you a {what} to sign in with.</p>
      <NativeForm form={form} id="email-login-form" action="/api/accounts/login/email/" submit={[`Send ${what}`, 'Sending…']}>
        {next !== null && <input type="hidden" name="next" value={next} />}
        <EmailField
          {...form.field('email')}
          label="Email address"
          autoComplete="username"
          enterKeyHint="send"
          autoFocus={form.summary.problems.length === 0}
          defaultValue={email}
        />
        <Checkbox id="remember" name="remember" label={rememberLabel} defaultChecked={Boolean(state.values.remember)} />
      </NativeForm>
    </>
  )
}

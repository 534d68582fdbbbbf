'use client'
import { codeSchema } from '#lib/accounts/second-factor/schema'
import type { FormState } from '../../_request.ts'
import { AuthenticatorCodeField } from '../../_ui/code-field.tsx'
import { Checkbox, ErrorSummary, Field } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { code: 'code' }
const resolver = schemaResolver(codeSchema)

interface Props {
  state: FormState
  /** Whose account it is. */
  email: string
  /** Where it leads. */
  next: string | null
  byRecoveryCode: boolean
  /** For how long the browser can be trusted, in words; null where that is not offered. */
  trusted: string | null
}

/** Asks for the code that finishes a sign-in. */
export function SecondFactorForm({ state, email, next, byRecoveryCode, trusted }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  const autoFocus = form.summary.problems.length === 0
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{byRecoveryCode ? 'Enter a recovery code' : 'Enter your code'}</h1>
      <p className="lead">
        To finish signing in as <strong dir="ltr">{email}</strong>,{' '}
        {byRecoveryCode ? 'enter one of the recovery codes you saved.' : 'enter the code from your authenticator app.'}
      </p>
      <NativeForm
        form={form}
        id="second-factor-form"
        action="/api/accounts/login/second-factor/"
        submit={['Sign in', 'Signing in…']}
        ofAccount={false}
      >
        {next !== null && <input type="hidden" name="next" value={next} />}
        {byRecoveryCode ? (
          <Field
            {...form.field('code')}
            label="Recovery code"
            hint="Each code works once. Spaces and dashes don’t matter"
            type="text"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            enterKeyHint="go"
            dir="ltr"
            required
            autoFocus={autoFocus}
          />
        ) : (
          // The box below is ticked after the code has been entered.
          <AuthenticatorCodeField {...form.field('code')} autoFocus={autoFocus} submits={trusted === null} />
        )}
        {trusted !== null && (
          <Checkbox
            id="trust"
            name="trust"
            label={`Trust this device for ${trusted}`}
            hint="You won’t need a code to sign in here. Only tick this on your own device"
            defaultChecked={Boolean(state.values.trust)}
          />
        )}
      </NativeForm>
    </>
  )
}

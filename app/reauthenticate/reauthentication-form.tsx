'use client'
import { codeFormSchema, passwordFormSchema } from '#lib/accounts/reauthentication/schema'
import type { FormState } from '../_request.ts'
import { AuthenticatorCodeField } from '../_ui/code-field.tsx'
import { ErrorSummary } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { CurrentPasswordField } from '../_ui/password-field.tsx'
import { schemaResolver } from '../_ui/resolvers.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { password: 'current-password', code: 'code' }
const resolvers = { password: schemaResolver(passwordFormSchema), code: schemaResolver(codeFormSchema) }
const LEADS = { password: 'Enter the password for', code: 'Enter the code from your authenticator app for' }

interface Props {
  state: FormState
  /** Whose account it is. */
  email: string
  /** Where it leads. */
  next: string | null
  /** What it asks for; null where the page's other ways are all that the account has. */
  asks: 'password' | 'code' | null
}

/** Asks a signed-in user for the password or a code again (step-up). */
export function ReauthenticationForm({ state, email, next, asks }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver: resolvers[asks ?? 'password'] })
  const autoFocus = form.summary.problems.length === 0
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Confirm it’s you</h1>
      <p className="lead">
        {asks ? LEADS[asks] : 'Sign in again as'} <strong dir="ltr">{email}</strong> to continue.
      </p>
      {asks && (
        <NativeForm form={form} id="reauthentication-form" action="/api/accounts/reauthenticate/" submit={['Continue', 'Checking…']}>
          {next !== null && <input type="hidden" name="next" value={next} />}
          {asks === 'code' ? (
            <AuthenticatorCodeField {...form.field('code')} autoFocus={autoFocus} submits />
          ) : (
            <CurrentPasswordField {...form.field('password')} email={email} label="Password" enterKeyHint="go" autoFocus={autoFocus} />
          )}
        </NativeForm>
      )}
    </>
  )
}

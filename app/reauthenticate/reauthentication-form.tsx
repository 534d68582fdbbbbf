'use client'
import { reauthenticationSchema } from '#lib/accounts/reauthentication/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { CurrentPasswordField } from '../_ui/password-field.tsx'
import { schemaResolver } from '../_ui/resolvers.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { password: 'current-password' }
const resolver = schemaResolver(reauthenticationSchema)

interface Props {
  state: FormState
  /** Whose account it is. */
  email: string
  /** Where it leads. */
  next: string | null
  /** Whether the account has a password. */
  asksPassword: boolean
}

/** Asks a signed-in user for the password again (step-up). Without one, the page has other ways below. */
export function ReauthenticationForm({ state, email, next, asksPassword }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Confirm it’s you</h1>
      <p className="lead">
        {asksPassword ? 'Enter the password for ' : 'Sign in again as '}
        <strong dir="ltr">{email}</strong> to continue.
      </p>
      {asksPassword && (
        <NativeForm form={form} id="reauthentication-form" action="/api/accounts/reauthenticate/" submit={['Continue', 'Checking…']}>
          {next !== null && <input type="hidden" name="next" value={next} />}
          <CurrentPasswordField
            {...form.field('password')}
            email={email}
            label="Password"
            enterKeyHint="go"
            autoFocus={form.summary.problems.length === 0}
          />
        </NativeForm>
      )}
    </>
  )
}

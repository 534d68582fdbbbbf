'use client'
import { reauthenticationSchema } from '#lib/accounts/reauthentication/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { FormAccount } from '../_ui/form-account.tsx'
import { FormTheme } from '../_ui/form-theme.tsx'
import { PasswordField } from '../_ui/password-field.tsx'
import { schemaResolver } from '../_ui/schema-resolver.ts'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { password: 'current-password' }
const resolver = schemaResolver(reauthenticationSchema)

interface Props {
  state: FormState
  /** Whose account it is: said, and so that password managers offer the right entry. */
  email: string
  /** Where it leads. */
  next: string | null
}

/** Asks a signed-in user for the password again (step-up). */
export function ReauthenticationForm({ state, email, next }: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Confirm it’s you</h1>
      <p className="lead">
        Enter the password for <strong dir="ltr">{email}</strong> to continue.
      </p>
      <form id="reauthentication-form" action="/api/accounts/reauthenticate/" className="form" {...formProps}>
        <FormAccount />
        {next !== null && <input type="hidden" name="next" value={next} />}
        <input
          type="text"
          autoComplete="username"
          defaultValue={email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
          className="visually-hidden"
          id="username"
        />
        <PasswordField
          {...field('password')}
          label="Password"
          shows="password"
          autoComplete="current-password"
          enterKeyHint="go"
          autoFocus={problems.length === 0}
          required
        />
        <SubmitButton label="Continue" busyLabel="Checking…" busy={sending} />
        <FormTheme />
      </form>
    </>
  )
}

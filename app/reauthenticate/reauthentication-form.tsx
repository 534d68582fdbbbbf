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

/** The form in which somebody who is signed in proves again to be the account's owner. */
export function ReauthenticationForm({ state, email, next }: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Enter your password again</h1>
      <p className="lead">
        You signed in as <strong dir="ltr">{email}</strong> a while ago. Before you go on, we check that it is still you and not somebody
        else at your device.
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

'use client'
import { loginFormSchema } from '#lib/accounts/login/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { Checkbox, Field } from '../_ui/field.tsx'
import { FormTheme } from '../_ui/form-theme.tsx'
import { PasswordField } from '../_ui/password-field.tsx'
import { ResetLink } from '../_ui/reset-link.tsx'
import { schemaResolver } from '../_ui/schema-resolver.ts'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { email: 'email', password: 'current-password' }
const resolver = schemaResolver(loginFormSchema)

interface Props {
  state: FormState
  /** Why the visitor is here, where they did not come by themselves. */
  lead?: string | null
  /** Where it leads, if the address named a safe place. */
  next: string | null
  /** For how long a browser can stay signed in, in words; null where that is not offered. */
  remembered: string | null
  /** After how long without use that ends sooner, in words; null where it does not. */
  idle?: string | null
  /** Django's words for staff, on the admin area's own page. */
  staff?: boolean
}

/** The sign-in form. */
export function LoginForm({ state, lead = null, next, remembered, idle = null, staff = false }: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>{staff ? 'Log in' : 'Sign in'}</h1>
      {lead && <p className="lead">{lead}</p>}
      <form id="sign-in-form" action={staff ? '/api/accounts/login/staff/' : '/api/accounts/login/'} className="form" {...formProps}>
        {next !== null && <input type="hidden" name="next" value={next} />}
        <Field
          {...field('email')}
          label="Email address"
          type="email"
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="next"
          dir="ltr"
          required
          autoFocus={problems.length === 0}
          defaultValue={state.values.email}
        />
        <PasswordField
          {...field('password')}
          label="Password"
          shows="password"
          autoComplete="current-password"
          enterKeyHint="go"
          required
        />
        {remembered !== null && (
          <Checkbox
            id="remember"
            name="remember"
            label={`Keep me signed in for ${remembered}${idle === null ? '' : `, or until ${idle} without use`}`}
            defaultChecked={Boolean(state.values.remember)}
          />
        )}
        <SubmitButton label={staff ? 'Log in' : 'Sign in'} busyLabel={staff ? 'Logging in…' : 'Signing in…'} busy={sending} />
        <FormTheme />
      </form>
      <div className="secondary">
        <ResetLink label="Forgot your password?" email={state.values.email ?? ''} typedIn={IDS.email} />
      </div>
    </>
  )
}

'use client'
import { loginFormSchema } from '#lib/accounts/login/schema'
import type { FormState } from '../_request.ts'
import { EmailField } from '../_ui/email-field.tsx'
import { Checkbox, ErrorSummary } from '../_ui/field.tsx'
import { NativeForm } from '../_ui/native-form.tsx'
import { OpenFormButton } from '../_ui/open-form-button.tsx'
import { CurrentPasswordField } from '../_ui/password-field.tsx'
import { schemaResolver } from '../_ui/resolvers.ts'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { email: 'email', password: 'current-password' }
const resolver = schemaResolver(loginFormSchema)

interface Props {
  state: FormState
  /** Why the visitor is here, where they did not come by themselves. */
  lead?: string | null
  /** Where it leads, if the address named a safe place. */
  next: string | null
  /** The label of the choice to stay signed in; null where that is not offered. */
  remember: string | null
  /** What is mailed to sign in with; `none` where that is not offered. */
  emailLogin?: 'none' | 'code' | 'link'
  /** Django's words for staff, on the admin area's own page. */
  staff?: boolean
}

/** The sign-in form. */
export function LoginForm({ state, lead = null, next, remember, emailLogin = 'none', staff = false }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{staff ? 'Log in' : 'Sign in'}</h1>
      {lead && <p className="lead">{lead}</p>}
      <NativeForm
        form={form}
        id="sign-in-form"
        action={staff ? '/api/accounts/login/staff/' : '/api/accounts/login/'}
        submit={staff ? ['Log in', 'Logging in…'] : ['Sign in', 'Signing in…']}
        ofAccount={false}
      >
        {next !== null && <input type="hidden" name="next" value={next} />}
        <EmailField
          {...form.field('email')}
          label="Email address"
          autoComplete="username webauthn"
          enterKeyHint="next"
          autoFocus={form.summary.problems.length === 0}
          defaultValue={state.values.email}
        />
        <CurrentPasswordField {...form.field('password')} label="Password" enterKeyHint="go" />
        {remember !== null && <Checkbox id="remember" name="remember" label={remember} defaultChecked={Boolean(state.values.remember)} />}
      </NativeForm>
      <div className="secondary">
        <OpenFormButton
          action="/api/accounts/password/reset/"
          label="Forgot your password?"
          email={state.values.email ?? ''}
          typedIn={IDS.email}
        />
      </div>
      {emailLogin !== 'none' && (
        <div className="secondary">
          <OpenFormButton
            action="/api/accounts/login/email/"
            label={emailLogin === 'link' ? 'Email me a sign-in link' : 'Email me a sign-in code'}
            email={state.values.email ?? ''}
            typedIn={IDS.email}
            tickedIn="remember"
            next={next}
          />
        </div>
      )}
    </>
  )
}

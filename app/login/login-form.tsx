'use client'
import type { MouseEvent } from 'react'
import { loginSchema } from '#lib/accounts/login/schema'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from '../_ui/error-summary.tsx'
import { Field } from '../_ui/field.tsx'
import { PasswordField } from '../_ui/password-field.tsx'
import { schemaResolver } from '../_ui/schema-resolver.ts'
import { SubmitButton } from '../_ui/submit-button.tsx'
import { useNativeForm } from '../_ui/use-native-form.ts'

const IDS = { email: 'email', password: 'current-password' }
const resolver = schemaResolver(loginSchema)

const resetPath = (email = '') => `/password-reset${email === '' ? '' : `?${new URLSearchParams({ email })}`}`

/** Gives the link that was followed the address that has been typed. */
function carryEmail({ currentTarget }: MouseEvent<HTMLAnchorElement>) {
  const input = document.getElementById(IDS.email)
  const email = input instanceof HTMLInputElement ? input.value.trim() : ''
  currentTarget.href = resetPath(email)
}

/** The sign-in form; `next` is where it leads, if the address named a safe place. */
export function LoginForm({ state, next }: { state: FormState; next: string | null }) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      <h1>Sign in</h1>
      <form id="sign-in-form" action="/api/accounts/login/" className="form" {...formProps}>
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
        <SubmitButton label="Sign in" busyLabel="Signing in…" busy={sending} />
      </form>
      <p className="aside">
        <a href={resetPath(state.values.email)} onClick={carryEmail}>
          Forgot your password?
        </a>
      </p>
    </>
  )
}

import { settings } from '#lib/settings'
import { safeNextPath } from '#lib/web/routes'
import { flashedStatus, formMetadata, formState, knownEmail } from '../_request.ts'
import { skipWhenSignedIn } from '../_session.ts'
import { AuthLayout } from '../_ui/auth-layout.tsx'
import { PasskeyForm } from '../_ui/passkey-form.tsx'
import { PostButton } from '../_ui/post-button.tsx'
import { ProviderButtons } from '../_ui/provider-buttons.tsx'
import { rememberLabel } from '../_ui/remember-label.ts'
import { LoginForm } from './login-form.tsx'

export const generateMetadata = () => formMetadata('Sign in', '/login')

export default async function LoginPage({ searchParams }: PageProps<'/login'>) {
  const { next } = await searchParams
  await skipWhenSignedIn(next)
  const target = safeNextPath(next)
  const state = await formState('/login')
  const status = await flashedStatus()
  const email = state.values.email ?? (await knownEmail())
  const remember = rememberLabel()
  const unconfirmed = state.errors.non_field_errors?.includes('email_not_verified') ? state.values.email : undefined
  const isClosed = state.errors.non_field_errors?.some((code) => code.startsWith('account_closed:'))
  const closed = isClosed ? state.values.email : undefined
  return (
    <AuthLayout illustration="closed">
      <LoginForm
        state={{ ...state, values: { ...state.values, ...(email !== null && { email }) } }}
        lead={target !== null && status === null && Object.keys(state.errors).length === 0 ? 'Sign in to continue.' : null}
        next={target}
        remember={remember}
        emailLogin={settings().EMAIL_LOGIN}
      />
      {settings().PASSKEY_RP_ID !== null && (
        <PasskeyForm
          action="/api/accounts/login/passkey/"
          submit={['Sign in with a passkey', 'Signing in…']}
          look="button button-secondary"
          next={target}
          rememberBox="remember"
          autofill
          wasUnknown={state.errors.non_field_errors?.includes('passkey_unknown') ?? false}
          ofAccount={false}
        />
      )}
      <ProviderButtons next={target} action="start" rememberLabel={remember} />
      {closed && (
        <PostButton action="/api/accounts/password/reset/" fields={{ email: closed }}>
          Email me a link to restore it
        </PostButton>
      )}
      {unconfirmed && (
        <PostButton action="/api/accounts/email/verify/resend/" fields={{ email: unconfirmed }}>
          Send another email
        </PostButton>
      )}
      <p className="secondary">
        New here? <a href={target ? `/signup?next=${encodeURIComponent(target)}` : '/signup'}>Create an account</a>
      </p>
    </AuthLayout>
  )
}

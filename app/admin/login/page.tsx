import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { settings } from '#lib/settings'
import { ADMIN_LOGIN_PAGE, ADMIN_PAGE, LOGIN_PAGE, safeNextPath } from '#lib/web/routes'
import { currentPrincipal } from '../../_session.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { pageTitle } from '../../_ui/format-text.ts'
import { PostButton } from '../../_ui/post-button.tsx'
import { LoginForm } from '../../login/login-form.tsx'
import { adminFormState } from '../_request.ts'

export async function generateMetadata(): Promise<Metadata> {
  const title = pageTitle('Log in', (await adminFormState(ADMIN_LOGIN_PAGE)).errors)
  return { title: { absolute: `${title} – ${settings().APP_NAME} administration` } }
}

/** The admin area's own sign-in, as Django has it: the same login as everywhere, for staff alone. */
export default async function AdminLoginPage({ searchParams }: PageProps<'/admin/login'>) {
  const next = safeNextPath((await searchParams).next)
  const principal = await currentPrincipal()
  if (principal?.user.isStaff) redirect(next ?? ADMIN_PAGE)
  const state = await adminFormState(ADMIN_LOGIN_PAGE)
  const unconfirmed = state.errors.non_field_errors?.includes('email_not_verified') ? state.values.email : undefined
  return (
    <AuthLayout illustration="closed">
      <p className="crumb">{settings().APP_NAME} administration</p>
      {principal && (
        <p className="panel">
          You are authenticated as <bdi>{principal.user.email}</bdi>, but are not authorized to access this page. Would you like to login to
          a different account?
        </p>
      )}
      <LoginForm state={state} next={next} remember={null} staff />
      {settings().PASSKEY_RP_ID !== null && (
        <p className="secondary">
          <a href={`${LOGIN_PAGE}?next=${encodeURIComponent(next ?? ADMIN_PAGE)}`}>Log in with a passkey</a>
        </p>
      )}
      {unconfirmed && (
        <PostButton action="/api/accounts/email/verify/resend/" fields={{ email: unconfirmed }}>
          Send another email
        </PostButton>
      )}
    </AuthLayout>
  )
}

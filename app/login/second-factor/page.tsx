import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { mustVerifyFirst } from '#lib/accounts/second-factor/second-factor'
import { canTrustDevices } from '#lib/authentication/known-device'
import { findPendingLogin } from '#lib/authentication/stages'
import { secondFactorMethods, secondFactorsOf } from '#lib/credentials/second-factors'
import { pendingEnrolment } from '#lib/credentials/totp'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { readPendingLogin } from '#lib/web/cookies'
import { loginPath, SECOND_FACTOR_PAGE, safeNextPath } from '#lib/web/routes'
import { formMetadata, formState } from '../../_request.ts'
import { AddAppForm } from '../../_ui/add-app-form.tsx'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { PostButton } from '../../_ui/post-button.tsx'
import { QrCode } from '../../_ui/qr-code.tsx'
import { SecondFactorForm } from './second-factor-form.tsx'

export const generateMetadata = () => formMetadata('Enter your code', SECOND_FACTOR_PAGE)

/** Where a login waits for its second factor. */
export default async function SecondFactorPage({ searchParams }: PageProps<'/login/second-factor'>) {
  const { next, method } = await searchParams
  const target = safeNextPath(next)
  const cookies = (await headers()).get('cookie')
  const found = await findPendingLogin(readPendingLogin(cookies) ?? '', { client: 'browser', cookies, now: new Date() })
  if (!found) redirect(loginPath(target))
  const { user } = found.identity
  const methods = await secondFactorMethods(user.id)
  if (methods.length === 0) return <AddAtLogin user={user} next={target} />
  const hasRecoveryCodes = methods.includes('recovery_code')
  const byRecoveryCode = method === 'recovery-code' && hasRecoveryCodes
  const other = new URLSearchParams({ ...(target !== null && { next: target }), ...(!byRecoveryCode && { method: 'recovery-code' }) })
  return (
    <AuthLayout illustration="closed">
      <SecondFactorForm
        key={byRecoveryCode ? 'recovery-code' : 'totp'}
        state={await formState(SECOND_FACTOR_PAGE)}
        email={user.email}
        next={target}
        byRecoveryCode={byRecoveryCode}
        trusted={!byRecoveryCode && canTrustDevices(user) ? formatDuration(settings().TRUSTED_DEVICE_LIFETIME) : null}
      />
      <section className="stack" aria-labelledby="other-ways-title">
        <h2 id="other-ways-title">Can’t use this?</h2>
        {hasRecoveryCodes ? (
          <p>
            <a href={`${SECOND_FACTOR_PAGE}?${other}`}>{byRecoveryCode ? 'Use your authenticator app' : 'Use a recovery code'}</a>
          </p>
        ) : (
          <p>Contact the people who run this site. They can help you back into your account.</p>
        )}
        <p>
          <a href={loginPath(target)}>Sign in to another account</a>
        </p>
      </section>
    </AuthLayout>
  )
}

/** Where the account must have a second factor and has none: an authenticator app is added, and its first code finishes the login. */
async function AddAtLogin({ user, next }: { user: { id: number; email: string; emailVerifiedAt: Date | null }; next: string | null }) {
  const { device } = await secondFactorsOf(user.id)
  const enrolment = pendingEnrolment(device, user.email, new Date())
  const state = await formState(SECOND_FACTOR_PAGE)
  return (
    <AuthLayout illustration="closed">
      {enrolment ? (
        <AddAppForm
          state={state}
          action="/api/accounts/login/second-factor/"
          enrolment={enrolment}
          qrCode={<QrCode text={enrolment.uri} />}
          atLogin={{ next }}
        />
      ) : (
        <>
          <h1>Add an authenticator app</h1>
          <p className="lead">
            To finish signing in as <strong dir="ltr">{user.email}</strong>, add an app that shows six-digit codes. This account needs one.
          </p>
          {mustVerifyFirst(user) ? (
            <p>
              First, <a href="/verify-email">confirm your email address</a>, then sign in again.
            </p>
          ) : (
            <PostButton
              action="/api/accounts/login/second-factor/authenticator/"
              fields={next === null ? {} : { next: `${SECOND_FACTOR_PAGE}?next=${encodeURIComponent(next)}` }}
              look="button"
            >
              Continue
            </PostButton>
          )}
        </>
      )}
      <p className="secondary">
        <a href={loginPath(next)}>Sign in to another account</a>
      </p>
    </AuthLayout>
  )
}

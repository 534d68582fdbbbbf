import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { mustVerifyFirst } from '#lib/accounts/second-factor/second-factor'
import { canTrustDevices } from '#lib/authentication/known-device'
import { findPendingLogin } from '#lib/authentication/stages'
import { secondFactorMethods, secondFactorsOf } from '#lib/credentials/second-factors'
import { pendingEnrolment } from '#lib/credentials/totp'
import type { FieldErrors } from '#lib/errors'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { readPendingLogin } from '#lib/web/cookies'
import { loginPath, SECOND_FACTOR_PAGE, safeNextPath } from '#lib/web/routes'
import { formMetadata, formState } from '../../_request.ts'
import { AddAppForm } from '../../_ui/add-app-form.tsx'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { FormErrors } from '../../_ui/link-form.tsx'
import { NoPasskeys, PasskeyForm } from '../../_ui/passkey-form.tsx'
import { PostButton } from '../../_ui/post-button.tsx'
import { QrCode } from '../../_ui/qr-code.tsx'
import { SecondFactorForm } from './second-factor-form.tsx'

export const generateMetadata = () => formMetadata('Finish signing in', SECOND_FACTOR_PAGE)

/** The ways to finish a sign-in: each by its name in the address, and as the link to it says. */
const WAYS = {
  passkey: { name: 'passkey', link: 'Use your passkey' },
  totp: { name: 'app', link: 'Use your authenticator app' },
  recovery_code: { name: 'recovery-code', link: 'Use a recovery code' },
}

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
  const state = await formState(SECOND_FACTOR_PAGE)
  // A wrong code comes back to where it was entered.
  const wanted = method ?? (state.errors.code && WAYS.totp.name)
  const chosen = methods.find((one) => WAYS[one].name === wanted) ?? methods[0]
  const others = methods.filter((one) => one !== chosen)
  const linkTo = (one: keyof typeof WAYS) =>
    `${SECOND_FACTOR_PAGE}?${new URLSearchParams({ ...(target !== null && { next: target }), method: WAYS[one].name })}`
  return (
    <AuthLayout illustration="closed">
      {chosen === 'passkey' ? (
        <PasskeyFactor errors={state.errors} email={user.email} next={target} />
      ) : (
        <SecondFactorForm
          key={chosen}
          state={state}
          email={user.email}
          next={target}
          byRecoveryCode={chosen === 'recovery_code'}
          trusted={chosen === 'totp' && canTrustDevices(user) ? formatDuration(settings().TRUSTED_DEVICE_LIFETIME) : null}
        />
      )}
      <section className="stack" aria-labelledby="other-ways-title">
        <h2 id="other-ways-title">Can’t use this?</h2>
        {others.length === 0 && <p>Contact the people who run this site. They can help you back into your account.</p>}
        {others.map((one) => (
          <p key={one}>
            <a href={linkTo(one)}>{WAYS[one].link}</a>
          </p>
        ))}
        <p>
          <a href={loginPath(target)}>Sign in to another account</a>
        </p>
      </section>
    </AuthLayout>
  )
}

/** Asks for a passkey of the account. */
function PasskeyFactor({ errors, email, next }: { errors: FieldErrors; email: string; next: string | null }) {
  return (
    <>
      <FormErrors errors={errors} />
      <h1>Use your passkey</h1>
      <p className="lead">
        To finish signing in as <strong dir="ltr">{email}</strong>, use your fingerprint, face, screen lock or security key.
      </p>
      <PasskeyForm
        action="/api/accounts/login/second-factor/passkey/"
        submit={['Use a passkey', 'Signing in…']}
        next={next}
        ofAccount={false}
      />
      <NoPasskeys>Choose another way below.</NoPasskeys>
    </>
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

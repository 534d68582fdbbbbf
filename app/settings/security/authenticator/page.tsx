import { AUTHENTICATOR_PAGE, mustVerifyFirst } from '#lib/accounts/second-factor/second-factor'
import { secondFactorsOf } from '#lib/credentials/second-factors'
import { pendingEnrolment } from '#lib/credentials/totp'
import { formMetadata, formState } from '../../../_request.ts'
import { requireRecentAuthentication } from '../../../_session.ts'
import { AddAppForm } from '../../../_ui/add-app-form.tsx'
import { PostButton } from '../../../_ui/post-button.tsx'
import { QrCode } from '../../../_ui/qr-code.tsx'
import { CodeForm } from '../code-form.tsx'

export const generateMetadata = () => formMetadata('Authenticator app', AUTHENTICATOR_PAGE)

/** Adds the authenticator app, or removes it. */
export default async function AuthenticatorPage() {
  const { user } = await requireRecentAuthentication(AUTHENTICATOR_PAGE)
  const { device } = await secondFactorsOf(user.id)
  const state = await formState(AUTHENTICATOR_PAGE)
  if (device?.confirmedAt) {
    return (
      <div className="stack-loose measure">
        <CodeForm
          state={state}
          title="Remove your authenticator app"
          lead="Your account will be protected by your password alone, and your recovery codes will stop working."
          action="/api/accounts/second-factor/authenticator/?_method=DELETE"
          submit={['Remove the app', 'Removing…']}
          look="button button-danger"
        />
      </div>
    )
  }
  const enrolment = pendingEnrolment(device, user.email, new Date())
  if (enrolment) {
    return (
      <div className="stack-loose measure">
        <AddAppForm
          state={state}
          action="/api/accounts/second-factor/authenticator/confirm/"
          enrolment={enrolment}
          qrCode={<QrCode text={enrolment.uri} />}
        />
      </div>
    )
  }
  return (
    <div className="stack-loose measure">
      <h1>Add an authenticator app</h1>
      <p className="lead">
        When you sign in, you’ll enter your password and a six-digit code from an app on your phone. Someone who learns your password can’t
        sign in without it.
      </p>
      {mustVerifyFirst(user) ? (
        <p>
          First, <a href="/verify-email">confirm your email address</a>.
        </p>
      ) : (
        <>
          <p>
            You need an app that shows such codes. Most password managers do, and so do the authenticator apps of your phone’s app store.
          </p>
          <PostButton action="/api/accounts/second-factor/authenticator/" look="button">
            Continue
          </PostButton>
        </>
      )}
    </div>
  )
}

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { describePendingSignUp } from '#lib/accounts/external-accounts/complete-sign-up'
import { phoneHint } from '#lib/users/phone'
import { SIGNUP_PAGE } from '#lib/web/routes'
import { formMetadata, formState } from '../../_request.ts'
import { skipWhenSignedIn } from '../../_session.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { CompleteForm } from './complete-form.tsx'

const PAGE = '/signup/complete'

export const generateMetadata = () => formMetadata('Complete your profile', PAGE)

/** Asks someone who has signed in at an identity provider for what it does not give, before they have an account. */
export default async function CompleteSignUpPage() {
  await skipWhenSignedIn(null)
  const pending = (await describePendingSignUp((await headers()).get('cookie'), new Date())) ?? redirect(SIGNUP_PAGE)
  return (
    <AuthLayout illustration="open">
      <CompleteForm state={await formState(PAGE)} pending={pending} phoneHint={phoneHint()} />
      <p className="secondary">
        <a href={SIGNUP_PAGE}>Cancel</a>
      </p>
    </AuthLayout>
  )
}

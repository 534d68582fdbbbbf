import { settings } from '#lib/settings'
import { phoneHint } from '#lib/users/phone'
import { safeNextPath } from '#lib/web/routes'
import { formMetadata, formState } from '../_request.ts'
import { skipWhenSignedIn } from '../_session.ts'
import { AuthLayout } from '../_ui/auth-layout.tsx'
import { mismatchAtConfirmation } from '../_ui/messages.ts'
import { ProviderButtons } from '../_ui/provider-buttons.tsx'
import { SignupForm } from './signup-form.tsx'

export const generateMetadata = () => formMetadata('Create an account', '/signup')

export default async function SignupPage({ searchParams }: PageProps<'/signup'>) {
  const { next } = await searchParams
  await skipWhenSignedIn(next)
  const target = safeNextPath(next)
  const { errors, values } = await formState('/signup')
  const { PASSWORD_MIN_LENGTH, SIGNUP_CONFIRM_PASSWORD } = settings()
  return (
    <AuthLayout illustration="open">
      <SignupForm
        state={{ errors: SIGNUP_CONFIRM_PASSWORD ? mismatchAtConfirmation(errors) : errors, values }}
        next={target}
        phoneHint={phoneHint()}
        passwordMinLength={PASSWORD_MIN_LENGTH}
        confirm={SIGNUP_CONFIRM_PASSWORD}
      />
      <ProviderButtons next={target} action="start" />
      <p className="secondary">
        Already have an account? <a href={target ? `/login?next=${encodeURIComponent(target)}` : '/login'}>Sign in</a>
      </p>
    </AuthLayout>
  )
}

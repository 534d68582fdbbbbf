import { redirect } from 'next/navigation'
import { formState } from '../../_request.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { OpenFormButton } from '../../_ui/open-form-button.tsx'

const PAGE = '/email-change/undone'

export const metadata = { title: 'The change has been undone' }

/** After an undone change, once: opened again later, it redirects to the sign-in page. */
export default async function ChangeUndonePage() {
  const { email } = (await formState(PAGE)).values
  if (email === undefined) redirect('/login')
  return (
    <AuthLayout illustration="closed">
      <h1>The change has been undone</h1>
      <p className="lead">
        Your account is back at <strong dir="ltr">{email}</strong>, and all devices are signed out.
      </p>
      <p>We’ve sent you a link. Open it to choose a new password; the old one no longer works.</p>
      <div className="secondary">
        Didn’t get it? <OpenFormButton action="/api/accounts/password/reset/" label="Send another link" email={email} />
      </div>
    </AuthLayout>
  )
}

import { redirect } from 'next/navigation'
import { formState } from '../../_request.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { sessionsEndedText } from '../../_ui/format-text.ts'

const PAGE = '/password-reset/done'

export const metadata = { title: 'Your password has been changed' }

/** After a reset, once: opened again later, it redirects to the sign-in page. */
export default async function ResetDonePage() {
  const { sessions_ended } = (await formState(PAGE)).values
  if (sessions_ended === undefined) redirect('/login')
  return (
    <AuthLayout illustration="closed">
      <h1>Your password has been changed</h1>
      <p className="lead">{sessionsEndedText(sessions_ended)} We’ve emailed you to confirm.</p>
      <p>
        <a className="button" href="/login">
          Sign in with your new password
        </a>
      </p>
    </AuthLayout>
  )
}

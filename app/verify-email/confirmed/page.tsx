import { currentPrincipal } from '../../_session.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'

const TITLE = 'Your email address is confirmed'

export const metadata = { title: TITLE }

/** The end of a verification for signed-out users, perhaps on another device than the sign-up. */
export default async function ConfirmedPage() {
  const principal = await currentPrincipal()
  return (
    <AuthLayout illustration="open">
      <h1>{TITLE}</h1>
      <p className="lead">You can close this tab and return to where you signed up, or continue here.</p>
      <p>
        <a className="button" href={principal ? '/dashboard' : '/login'}>
          {principal ? 'Go to your dashboard' : 'Sign in'}
        </a>
      </p>
    </AuthLayout>
  )
}

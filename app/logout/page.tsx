import { currentPrincipal } from '../_session.ts'
import { AuthLayout } from '../_ui/auth-layout.tsx'
import { PostButton } from '../_ui/post-button.tsx'

export const metadata = { title: 'Sign out' }

/** Asks; looking at this page ends nothing. */
export default async function LogoutPage() {
  const principal = await currentPrincipal()
  return (
    <AuthLayout illustration="closed">
      <h1>{principal ? 'Sign out?' : 'You’re signed out'}</h1>
      {principal ? (
        <>
          <p className="lead">This ends your session in this browser. Your other devices stay signed in.</p>
          <PostButton action="/api/accounts/logout/" look="button">
            Sign out
          </PostButton>
          <p className="secondary">
            <a href="/dashboard">Stay signed in</a>
          </p>
        </>
      ) : (
        <p className="lead">
          You’re not signed in. <a href="/login">Sign in</a>
        </p>
      )}
    </AuthLayout>
  )
}

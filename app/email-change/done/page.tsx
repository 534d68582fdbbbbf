import { redirect } from 'next/navigation'
import { AFTER_LOGIN } from '#lib/web/routes'
import { formState } from '../../_request.ts'
import { currentPrincipal } from '../../_session.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { SyncPasskeys } from '../../_ui/sync-passkeys.tsx'

const PAGE = '/email-change/done'

export const metadata = { title: 'Your email address has been changed' }

/** After a confirmed change, once: opened again later, it redirects to the sign-in page. */
export default async function ChangeDonePage() {
  const { email } = (await formState(PAGE)).values
  if (email === undefined) redirect('/login')
  const signedIn = await currentPrincipal()
  return (
    <AuthLayout illustration="open">
      {signedIn && <SyncPasskeys user={signedIn.user} />}
      <h1>Your email address has been changed</h1>
      <p className="lead">
        Sign in with <strong dir="ltr">{email}</strong>. We’ve notified your previous address.
      </p>
      <p>
        <a className="button" href={signedIn ? AFTER_LOGIN : '/login'}>
          {signedIn ? 'Go to your account' : 'Sign in'}
        </a>
      </p>
    </AuthLayout>
  )
}

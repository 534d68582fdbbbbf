import { redirect } from 'next/navigation'
import { linkedProviders, listExternalAccounts } from '#lib/accounts/external-accounts/link'
import { secondFactorMethods } from '#lib/credentials/second-factors'
import { isUsablePassword } from '#lib/passwords/hash'
import { isRecentlyAuthenticated } from '#lib/sessions/session'
import { AFTER_LOGIN, loginPath, REAUTHENTICATE_PAGE, safeNextPath } from '#lib/web/routes'
import { formMetadata, formState } from '../_request.ts'
import { currentPrincipal } from '../_session.ts'
import { AuthLayout } from '../_ui/auth-layout.tsx'
import { NoPasskeys, PasskeyForm } from '../_ui/passkey-form.tsx'
import { ProviderButtons } from '../_ui/provider-buttons.tsx'
import { ReauthenticationForm } from './reauthentication-form.tsx'

export const generateMetadata = () => formMetadata('Confirm it’s you', REAUTHENTICATE_PAGE)

/** Asks for the password, or a login at a connected service, before what a stolen session must not do, and leads back there. */
export default async function ReauthenticatePage({ searchParams }: PageProps<'/reauthenticate'>) {
  const next = safeNextPath((await searchParams).next)
  // A login is as good as what is asked for here, so it leads to the same place.
  const principal = (await currentPrincipal()) ?? redirect(loginPath(next))
  if (await isRecentlyAuthenticated(principal, new Date())) redirect(next ?? AFTER_LOGIN)
  const providers = linkedProviders(await listExternalAccounts(principal.user.id))
  const hasPasskey = (await secondFactorMethods(principal.user.id)).includes('passkey')
  const asksPassword = isUsablePassword(principal.user.password) || (providers.length === 0 && !hasPasskey)
  return (
    <AuthLayout illustration="closed">
      <ReauthenticationForm
        state={await formState(REAUTHENTICATE_PAGE)}
        email={principal.user.email}
        next={next}
        asksPassword={asksPassword}
      />
      {hasPasskey && (
        <>
          <PasskeyForm
            action="/api/accounts/reauthenticate/passkey/"
            submit={['Use a passkey', 'Checking…']}
            look={asksPassword ? 'button button-secondary' : 'button'}
            next={next}
          />
          {!asksPassword && <NoPasskeys>Set a password, or use another browser.</NoPasskeys>}
        </>
      )}
      <ProviderButtons next={next} action="confirm" providers={providers} />
      <p className="secondary">
        <a href="/password-reset">Forgot your password?</a>
      </p>
      <p className="secondary">
        <a href={AFTER_LOGIN}>Cancel</a>
      </p>
    </AuthLayout>
  )
}

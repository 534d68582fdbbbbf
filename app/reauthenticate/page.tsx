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

/** Asks for a credential of the account again, before what a stolen session must not do, and leads back there. */
export default async function ReauthenticatePage({ searchParams }: PageProps<'/reauthenticate'>) {
  const query = await searchParams
  const next = safeNextPath(query.next)
  // A login is as good as what is asked for here, so it leads to the same place.
  const principal = (await currentPrincipal()) ?? redirect(loginPath(next))
  if (await isRecentlyAuthenticated(principal, new Date())) redirect(next ?? AFTER_LOGIN)
  const { user } = principal
  const state = await formState(REAUTHENTICATE_PAGE)
  const providers = linkedProviders(await listExternalAccounts(user.id))
  const methods = await secondFactorMethods(user.id)
  const hasPasskey = methods.includes('passkey')
  const hasApp = methods.includes('totp')
  const hasPassword = isUsablePassword(user.password) || (providers.length === 0 && !hasApp && !hasPasskey)
  const byCode = hasApp && (!hasPassword || query.method === 'code' || 'code' in state.errors)
  const asks = byCode ? 'code' : hasPassword ? 'password' : null
  const other = new URLSearchParams({ ...(next !== null && { next }), ...(!byCode && { method: 'code' }) })
  return (
    <AuthLayout illustration="closed">
      <ReauthenticationForm key={asks} state={state} email={user.email} next={next} asks={asks} />
      {hasApp && hasPassword && (
        <p>
          <a href={`${REAUTHENTICATE_PAGE}?${other}`}>{byCode ? 'Use your password instead' : 'Use your authenticator app instead'}</a>
        </p>
      )}
      {hasPasskey && (
        <>
          <PasskeyForm
            action="/api/accounts/reauthenticate/passkey/"
            submit={['Use a passkey', 'Checking…']}
            look={asks === null ? 'button' : 'button button-secondary'}
            next={next}
          />
          {asks === null && <NoPasskeys>Set a password, or use another browser.</NoPasskeys>}
        </>
      )}
      <ProviderButtons next={next} action="confirm" providers={providers} />
      {asks === 'password' && (
        <p className="secondary">
          <a href="/password-reset">Forgot your password?</a>
        </p>
      )}
      <p className="secondary">
        <a href={AFTER_LOGIN}>Cancel</a>
      </p>
    </AuthLayout>
  )
}

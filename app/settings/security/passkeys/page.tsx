import { listPasskeys, PASSKEYS_PAGE } from '#lib/accounts/passkeys/passkeys'
import { AUTHENTICATOR_PAGE, mustVerifyFirst } from '#lib/accounts/second-factor/second-factor'
import { hasOtherWayIn } from '#lib/authentication/sign-in-methods'
import { settings } from '#lib/settings'
import { reauthenticatePath } from '#lib/web/routes'
import { formMetadata, formState } from '../../../_request.ts'
import { requirePrincipal } from '../../../_session.ts'
import { FormErrors } from '../../../_ui/link-form.tsx'
import { NoPasskeys, PasskeyForm } from '../../../_ui/passkey-form.tsx'
import { SyncPasskeys } from '../../../_ui/sync-passkeys.tsx'
import { PasskeyRow } from './passkey-row.tsx'
import { RenameForm } from './rename-form.tsx'

export const generateMetadata = () => formMetadata('Passkeys', PASSKEYS_PAGE)

/** The account's passkeys: created, renamed, removed. */
export default async function PasskeysPage({ searchParams }: PageProps<'/settings/security/passkeys'>) {
  const { user } = await requirePrincipal(PASSKEYS_PAGE)
  if (settings().PASSKEY_RP_ID === null) return <NotOffered />
  const { passkeys } = await listPasskeys(user)
  const { rename } = await searchParams
  const renamed = passkeys.find(({ id }) => String(id) === rename)
  if (renamed) {
    return (
      <div className="stack-loose measure">
        <RenameForm passkey={renamed} state={await formState(`${PASSKEYS_PAGE}?rename=${renamed.id}`)} />
        <p className="secondary">
          <a href={PASSKEYS_PAGE}>Cancel</a>
        </p>
      </div>
    )
  }
  const { errors } = await formState(PASSKEYS_PAGE)
  return (
    <div className="stack-loose measure-wide">
      <SyncPasskeys user={user} />
      <FormErrors errors={errors} />
      <div className="stack">
        <h1>Passkeys</h1>
        <p className="lead">
          Sign in with your fingerprint, face, screen lock or security key. A passkey can’t be guessed, and it works on no other site.
        </p>
      </div>
      {passkeys.length === 0 ? (
        <p className="panel panel-empty">You don’t have a passkey yet. Create one to sign in without your password.</p>
      ) : (
        <ul className="rows rows-signed">
          {passkeys.map(async (passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} isLastWayIn={!(await hasOtherWayIn(user, { passkeys: [passkey.id] }))} />
          ))}
        </ul>
      )}
      {mustVerifyFirst(user) ? (
        <p>
          To create a passkey, <a href="/verify-email">confirm your email address</a> first.
        </p>
      ) : (
        <>
          <div className="row">
            <PasskeyForm
              action="/api/accounts/passkeys/"
              ceremony="create"
              submit={['Create a passkey', 'Creating…']}
              stepUp={reauthenticatePath(PASSKEYS_PAGE)}
            />
          </div>
          <NoPasskeys>
            Use another browser, or add an <a href={AUTHENTICATOR_PAGE}>authenticator app</a> instead.
          </NoPasskeys>
        </>
      )}
    </div>
  )
}

/** Passkeys are for sites with a name; a site at an IP address has none. */
function NotOffered() {
  return (
    <div className="stack-loose measure">
      <h1>Passkeys</h1>
      <p className="lead">
        This site can’t use passkeys. Add an <a href={AUTHENTICATOR_PAGE}>authenticator app</a> to protect your account.
      </p>
    </div>
  )
}

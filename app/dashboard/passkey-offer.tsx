import { PASSKEYS_PAGE } from '#lib/accounts/passkeys/passkeys'
import { mustVerifyFirst } from '#lib/accounts/second-factor/second-factor'
import { secondFactorMethods } from '#lib/credentials/second-factors'
import type { Principal } from '#lib/sessions/principal'
import { isRecentlyAuthenticated } from '#lib/sessions/session'
import { settings } from '#lib/settings'
import { declinedPasskeyCookie } from '#lib/web/declined-passkey'
import { reauthenticatePath } from '#lib/web/routes'
import { declinesPasskeys } from '../_request.ts'
import { PasskeyCard } from './passkey-card.tsx'

/** Right after a sign-in with the password: offers a passkey to an owner who may have one, has none, and has not declined lately. */
export async function PasskeyOffer({ principal }: { principal: Principal }) {
  const { user } = principal
  if (settings().PASSKEY_RP_ID === null || mustVerifyFirst(user) || (await declinesPasskeys(user.id))) return null
  if (!(await isRecentlyAuthenticated(principal, new Date())) || (await secondFactorMethods(user.id)).includes('passkey')) return null
  return <PasskeyCard declined={declinedPasskeyCookie(user.id)} stepUp={reauthenticatePath(PASSKEYS_PAGE)} />
}

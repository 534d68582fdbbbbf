import { PASSKEYS_PAGE } from '#lib/accounts/passkeys/passkeys'
import { mustVerifyFirst } from '#lib/accounts/second-factor/second-factor'
import type { SecondFactors } from '#lib/credentials/second-factors'
import type { Principal } from '#lib/sessions/principal'
import { isRecentlyAuthenticated } from '#lib/sessions/session'
import { settings } from '#lib/settings'
import { declinedPasskeyCookie } from '#lib/web/declined-passkey'
import { reauthenticatePath } from '#lib/web/routes'
import { declinesPasskeys } from '../_request.ts'
import { PasskeyCard } from './passkey-card.tsx'

/** Right after a sign-in with the password: offers a passkey to an owner who may have one, has none, and has not declined lately. */
export async function PasskeyOffer({ principal, factors }: { principal: Principal; factors: SecondFactors }) {
  const { user } = principal
  if (settings().PASSKEY_RP_ID === null || factors.passkeys > 0 || mustVerifyFirst(user) || (await declinesPasskeys(user.id))) return null
  if (!(await isRecentlyAuthenticated(principal, new Date()))) return null
  return <PasskeyCard declined={declinedPasskeyCookie(user.id)} stepUp={reauthenticatePath(PASSKEYS_PAGE)} />
}

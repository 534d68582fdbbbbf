import { listPasskeys } from '#lib/accounts/passkeys/passkeys'
import { userHandleOf } from '#lib/credentials/passkey-options'
import { settings } from '#lib/settings'
import { SignalPasskeys } from './signal-passkeys.tsx'

/** Part of a page after which password managers may have to know other passkeys, another name or another address of the account. */
export async function SyncPasskeys({ user }: { user: { id: number; name: string; email: string } }) {
  if (settings().PASSKEY_RP_ID === null) return null
  const { rp_id, passkeys } = await listPasskeys(user)
  const credentialIds = passkeys.map(({ credential_id }) => credential_id)
  const account = { rpId: rp_id, userId: await userHandleOf(user), name: user.email, displayName: user.name }
  return <SignalPasskeys passkeys={{ ...account, credentialIds }} />
}

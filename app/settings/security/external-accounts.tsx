import { type LinkedAccount, linkableProviders } from '#lib/accounts/external-accounts/link'
import { PostButton } from '../../_ui/post-button.tsx'
import { Timestamp } from '../../_ui/timestamp.tsx'

/** The other services that sign in to the account, and those that can be connected, as rows of a list. */
export function ExternalAccounts({ accounts }: { accounts: LinkedAccount[] }) {
  return (
    <>
      {accounts.map((account) => (
        <ConnectedAccount key={account.id} account={account} />
      ))}
      {linkableProviders(accounts).map(({ id, name }) => (
        <li key={id}>
          <p className="label">{name}</p>
          <p className="secondary">Not connected. You can sign in with your account there</p>
          <PostButton action={`/api/accounts/login/oidc/${id}/link/`}>Connect {name}</PostButton>
        </li>
      ))}
    </>
  )
}

function ConnectedAccount({ account: { id, provider, email, linkedAt, lastUsedAt } }: { account: LinkedAccount }) {
  const details = `connected-${id}`
  return (
    <li>
      <p className="label">{provider}</p>
      <p className="meta" id={details}>
        {email !== null && <span dir="ltr">{email}</span>}
        <span>
          Connected <Timestamp date={linkedAt} />
        </span>
        <span>
          Last used <Timestamp date={lastUsedAt} />
        </span>
      </p>
      <PostButton action={`/api/accounts/external-accounts/${id}/?_method=DELETE`} describedBy={details}>
        Disconnect<span className="visually-hidden"> {provider}</span>
      </PostButton>
    </li>
  )
}

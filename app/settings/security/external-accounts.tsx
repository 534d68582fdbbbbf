import { type LinkedAccount, linkableProviders } from '#lib/accounts/external-accounts/link'
import { PostButton } from '../../_ui/post-button.tsx'
import { Timestamp } from '../../_ui/timestamp.tsx'

/** The other services that sign in to the account, and those that can be connected; nothing where there are neither. */
export function ExternalAccounts({ accounts }: { accounts: LinkedAccount[] }) {
  const providers = linkableProviders(accounts)
  if (accounts.length === 0 && providers.length === 0) return null
  return (
    <section className="stack" id="connected" aria-labelledby="connected-title">
      <h2 id="connected-title">Connected accounts</h2>
      <p className="secondary">Other services that you can use to sign in.</p>
      {accounts.length > 0 && (
        <ul className="rows">
          {accounts.map((account) => (
            <ConnectedAccount key={account.id} account={account} />
          ))}
        </ul>
      )}
      {providers.map(({ id, name }) => (
        <PostButton key={id} action={`/api/accounts/login/oidc/${id}/link/`}>
          Connect {name}
        </PostButton>
      ))}
    </section>
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

import { PASSKEYS_PAGE } from '#lib/accounts/passkeys/passkeys'
import { LINE } from '../../../_ui/icons.tsx'
import { PostButton } from '../../../_ui/post-button.tsx'
import { Timestamp } from '../../../_ui/timestamp.tsx'

interface Props {
  passkey: { id: number; name: string; created_at: Date; last_used_at: Date | null; synced: boolean }
  /** Whether the account could not be signed in to without it. */
  isLastWayIn: boolean
}

/** One passkey of the list, with what can be done with it. */
export function PasskeyRow({ passkey: { id, name, created_at, last_used_at, synced }, isLastWayIn }: Props) {
  const details = `passkey-${id}`
  return (
    <li>
      <svg className="icon" {...LINE} viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false">
        <path d="M8 4.5a3.75 3.75 0 1 1 0 7.5 3.75 3.75 0 0 1 0-7.5ZM1.5 20v-1.5c0-2.5 2-4 6.5-4 1.5 0 2.7.2 3.7.5M18 8.5a3.25 3.25 0 0 1 1.5 6.15V16l-1 1 1 1.25L18 20l-1.5-1.5v-3.85A3.25 3.25 0 0 1 18 8.5Zm0 2.75v.01" />
      </svg>
      <div className="stack-tight">
        <p className="label">
          <bdi>{name}</bdi>
          <span className="badge">{synced ? 'Synced' : 'This device only'}</span>
        </p>
        <p className="meta" id={details}>
          <span>
            Created <Timestamp date={created_at} dayOnly />
          </span>
          <span>Last used {last_used_at ? <Timestamp date={last_used_at} /> : 'never'}</span>
        </p>
        {isLastWayIn && (
          <p className="secondary">
            This is your only way to sign in, so it can’t be removed. To remove it, <a href="/password-reset">set a password</a> or create
            another passkey first.
          </p>
        )}
      </div>
      <div className="row">
        <a className="button button-secondary" href={`${PASSKEYS_PAGE}?rename=${id}`}>
          Rename<span className="visually-hidden"> {name}</span>
        </a>
        {!isLastWayIn && (
          <PostButton
            action={`/api/accounts/passkeys/${id}/?_method=DELETE`}
            look="button button-secondary button-danger"
            describedBy={details}
          >
            Remove<span className="visually-hidden"> {name}</span>
          </PostButton>
        )}
      </div>
    </li>
  )
}

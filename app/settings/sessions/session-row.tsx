import type { ListedSession } from '#lib/accounts/sessions/list-sessions'
import { LINE } from '../../_ui/icons.tsx'
import { PostButton } from '../../_ui/post-button.tsx'
import { Ago, Timestamp } from '../../_ui/timestamp.tsx'

const ICONS = {
  browser: 'M4 5.5h16v10H4zM2 19h20M9.5 12.5h5',
  phone: 'M7 2.5h10v19H7zM11 18.5h2',
  api: 'M3 5h18v14H3zM7 10l2.5 2.5L7 15M12.5 15h4.5',
}

/** Systems of phones and tablets, as a device's name ends. */
const MOBILE = / on (iOS|iPadOS|Android)$/

const KINDS = { browser: 'Browser', api: 'API client' }

/** One session of the list, with the button that ends it. */
export function SessionRow({ session, now }: { session: ListedSession; now: Date }) {
  const { id, current, kind, device, address, createdAt, lastUsedAt } = session
  const details = `session-${id}`
  // This browser's own session ends as it always does; the others' by their ids.
  const action = current ? '/api/accounts/logout/' : `/api/accounts/sessions/${id}/?_method=DELETE`
  return (
    <li data-current={current || undefined}>
      <svg className="icon" {...LINE} viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false">
        <path d={ICONS[kind === 'browser' && MOBILE.test(device) ? 'phone' : kind]} />
      </svg>
      <div className="stack-tight">
        <h2 className="row">
          {device}
          {current && <span className="badge badge-solid">This device</span>}
        </h2>
        <p className="meta" id={details}>
          <span>{KINDS[kind]}</span>
          <span dir="ltr">{address ?? 'IP address unknown'}</span>
          <span>
            Last active <Ago date={lastUsedAt} now={now} />
          </span>
          <span>
            Signed in <Timestamp date={createdAt} />
          </span>
        </p>
      </div>
      <PostButton action={action} describedBy={details}>
        Sign out<span className="visually-hidden"> of {current ? `${device}, this device` : device}</span>
      </PostButton>
    </li>
  )
}

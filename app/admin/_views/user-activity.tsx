import { permissionFor } from '#lib/admin/core/declaration'
import { listObjects } from '#lib/admin/core/list-objects'
import { auditAdmin } from '#lib/admin/models/audit/declaration'
import { outboxAdmin } from '#lib/admin/models/outbox/declaration'
import { sessionAdmin } from '#lib/admin/models/sessions/declaration'
import { outstandingTokenAdmin } from '#lib/admin/models/tokens/declaration'
import type { UserDetail } from '#lib/admin/models/users/read-user'
import { sessionsOfUser } from '#lib/admin/models/users/user-sessions'
import { codesLeft, countPasskeys, secondFactorsOf } from '#lib/credentials/second-factors'
import { emailLabel } from '#lib/mail/email-types'
import { hasPermission, type UserPermissions } from '#lib/permissions/user-permissions'
import { formatCount, formatNumber } from '../../_ui/format-text.ts'
import { PostButton } from '../../_ui/post-button.tsx'
import { Ago, Timestamp } from '../../_ui/timestamp.tsx'
import { RowButton } from '../_list/actions.tsx'
import { eventLabel } from '../_ui/values.tsx'
import { MailState } from './outbox.tsx'

/** Sessions, mails and events shown beside an account; the lists have the rest. */
const SHOWN = 5

interface Props {
  user: UserDetail
  permissions: UserPermissions
  /** The session in which it is asked for. */
  sid: string | null
  /** Whether the sessions may be ended. */
  mayEnd: boolean
}

/** The mail to an account, for staff who may see the outbox. */
async function UserMail({ id }: { id: number }) {
  const mails = await listObjects(outboxAdmin, { user_id: id, page_size: SHOWN })
  return (
    <section className="stack" aria-labelledby="mail-title">
      <h2 id="mail-title">Latest mail</h2>
      {mails.items.length === 0 ? (
        <p className="secondary">Nothing has been sent in the last days.</p>
      ) : (
        <ul className="rows">
          {mails.items.map((mail) => (
            <li key={mail.id}>
              <p className="label">{emailLabel(mail.kind)}</p>
              <p className="meta">
                <MailState mail={mail} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={`/admin/outbox?user_id=${id}`}>All mail to this user</a>
      </p>
    </section>
  )
}

/** Whether an account has a second factor, and the way to remove it for an owner who has lost it. */
async function SecondFactor({ id, mayRemove }: { id: number; mayRemove: boolean }) {
  const { device, recoveryCodes } = await secondFactorsOf(id)
  const passkeys = await countPasskeys(id)
  return (
    <section className="stack" aria-labelledby="second-factor-title">
      <h2 id="second-factor-title">Second factor</h2>
      {device?.confirmedAt || passkeys > 0 ? (
        <>
          {passkeys > 0 && <p>{formatCount(passkeys, 'passkey', 'passkeys')}.</p>}
          {device?.confirmedAt && (
            <p>
              Authenticator app, added <Timestamp date={device.confirmedAt} dayOnly />.{' '}
              {formatCount(codesLeft({ recoveryCodes }), 'recovery code', 'recovery codes')} left.
            </p>
          )}
          {mayRemove && (
            <p>
              <a href={`/admin/users/${id}/second-factor`}>Remove second factor</a>
            </p>
          )}
        </>
      ) : (
        <p className="secondary">None.</p>
      )}
    </section>
  )
}

/** Where an account is signed in, what was sent to it, and what happened to it last. */
export async function UserActivity({ user: { id, email }, permissions, sid, mayEnd }: Props) {
  const now = new Date()
  const maySeeEvents = hasPermission(permissions, 'admin.view_logentry')
  const maySeeSessions =
    hasPermission(permissions, permissionFor(sessionAdmin, 'view')) || hasPermission(permissions, 'accounts.change_user')
  const [sessions, events] = await Promise.all([
    maySeeSessions ? sessionsOfUser(id, now) : null,
    maySeeEvents ? listObjects(auditAdmin, { subject_id: id, page_size: SHOWN }) : null,
  ])
  return (
    <div className="stack-loose">
      <SecondFactor id={id} mayRemove={mayEnd} />
      <section className="stack" aria-labelledby="sessions-title">
        <h2 id="sessions-title">Sessions</h2>
        {sessions === null ? (
          <p className="secondary">You may not see where this user is signed in.</p>
        ) : sessions.length === 0 ? (
          <p className="secondary">Signed in nowhere.</p>
        ) : (
          <>
            <ul className="rows">
              {sessions.slice(0, SHOWN).map((session) => (
                <li key={session.id}>
                  <p className="label">{session.device}</p>
                  <p className="meta">
                    <span>
                      Last active <Ago date={new Date(session.last_used_at)} now={now} />
                    </span>
                    <span dir="ltr">{session.ip_address ?? 'IP address unknown'}</span>
                  </p>
                  {mayEnd && session.id !== sid && (
                    <RowButton
                      action={`/api/admin/sessions/${session.id}/?_method=DELETE`}
                      label="End"
                      of={`the session: ${session.device}`}
                      next={`/admin/users/${id}`}
                    />
                  )}
                </li>
              ))}
            </ul>
            {sessions.length > SHOWN && <p className="secondary">And {formatNumber(sessions.length - SHOWN)} more.</p>}
            {mayEnd && (
              <PostButton id="end-sessions-form" action={`/api/admin/users/${id}/sessions/?_method=DELETE`}>
                End all sessions
              </PostButton>
            )}
          </>
        )}
        {hasPermission(permissions, permissionFor(sessionAdmin, 'view')) && (
          <p>
            <a href={`/admin/sessions?user_id=${id}`}>All sessions of this user</a>
          </p>
        )}
        {hasPermission(permissions, permissionFor(outstandingTokenAdmin, 'view')) && (
          <p>
            <a href={`/admin/outstanding-tokens?user_id=${id}`}>Refresh tokens of this user</a>
          </p>
        )}
        {hasPermission(permissions, 'accounts.view_throttlecounter') && (
          <p>
            <a href={`/admin/throttles?search=${encodeURIComponent(email)}`}>Limits on this user</a>
          </p>
        )}
      </section>
      {hasPermission(permissions, permissionFor(outboxAdmin, 'view')) && <UserMail id={id} />}
      {events && (
        <section className="stack" aria-labelledby="events-title">
          <h2 id="events-title">Latest events</h2>
          {events.items.length === 0 ? (
            <p className="secondary">Nothing has happened yet.</p>
          ) : (
            <ul className="rows">
              {events.items.map((event) => (
                <li key={event.id}>
                  <p className="label">
                    {eventLabel(event.event)}
                    {event.outcome === 'failure' && <span className="badge badge-danger">Failed</span>}
                  </p>
                  <p className="meta">
                    <Timestamp date={new Date(event.at)} />
                    <span dir="ltr">{event.ip_address ?? 'IP address unknown'}</span>
                  </p>
                </li>
              ))}
            </ul>
          )}
          <p>
            <a href={`/admin/audit?subject_id=${id}`}>All events of this user</a>
          </p>
        </section>
      )}
    </div>
  )
}

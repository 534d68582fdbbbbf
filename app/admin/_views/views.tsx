/** The lists that show something otherwise than their declarations say. */

import type { ModelAdmin } from '#lib/admin/core/declaration'
import { auditAdmin, type EventItem } from '#lib/admin/models/audit/declaration'
import { groupAdmin } from '#lib/admin/models/groups/declaration'
import { outboxAdmin } from '#lib/admin/models/outbox/declaration'
import { SESSION_KINDS, type SessionItem, sessionAdmin } from '#lib/admin/models/sessions/declaration'
import { blacklistedTokenAdmin, type OutstandingTokenItem, outstandingTokenAdmin } from '#lib/admin/models/tokens/declaration'
import { notEditableAmong } from '#lib/admin/models/users/edit-permissions'
import { hasPermission } from '#lib/permissions/user-permissions'
import { Ago } from '../../_ui/timestamp.tsx'
import { RowButton } from '../_list/actions.tsx'
import { accountCell, eventLabel, Flag, LongValue } from '../_ui/values.tsx'
import { outboxView } from './outbox.tsx'
import type { ListView } from './view.ts'

const isOpen = ({ ended_at, expires_at }: SessionItem, now: Date) => ended_at === null && new Date(expires_at) > now

const sessionView: ListView<SessionItem> = {
  empty: 'No one has signed in yet.',
  cells: {
    user_id: ({ user_id, email }) => accountCell(user_id, email),
    kind: ({ kind, device }) => `${SESSION_KINDS[kind] ?? kind}: ${device}`,
    last_used_at: ({ last_used_at }, { now }) => <Ago date={new Date(last_used_at)} now={now} />,
    state: (session, { now, sid }) => {
      const { id, ended_at, end_reason } = session
      if (ended_at !== null) return <Flag value={false} words={['', `Ended: ${eventLabel(end_reason ?? 'ended').toLowerCase()}`]} />
      return isOpen(session, now) ? (
        <Flag value words={[id === sid ? 'Open: this session' : 'Open', '']} />
      ) : (
        <Flag value={false} words={['', 'Expired']} />
      )
    },
  },
  async rowAction(sessions, { permissions, now, here, sid }) {
    const open = sessions.filter((session) => isOpen(session, now) && session.id !== sid)
    if (!hasPermission(permissions, 'accounts.change_user') || open.length === 0) return null
    const notEditable = await notEditableAmong(
      permissions,
      open.map(({ user_id }) => user_id),
    )
    return (session) =>
      open.includes(session) && !notEditable.has(session.user_id) ? (
        <RowButton
          action={`/api/admin/sessions/${session.id}/?_method=DELETE`}
          label="End"
          of={`the session of ${session.email}: ${session.device}`}
          next={here}
        />
      ) : null
  },
}

const tokenCells: ListView<OutstandingTokenItem>['cells'] = { user_id: ({ user_id, email }) => accountCell(user_id, email) }

/** An event, which opens to all that was recorded of it. */
function Event({ event }: { event: EventItem }) {
  const details = Object.entries({ ...event.detail, program: event.user_agent, session: event.session_id, request: event.request_id })
  return (
    <details>
      <summary>{eventLabel(event.event)}</summary>
      <dl className="facts stack-tight">
        {details.map(([name, value]) => (
          <div key={name}>
            <dt>{eventLabel(name)}</dt>
            <dd dir="auto">{typeof value === 'string' ? value || '–' : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

/** Whom an event names: a link to the account, or where it is gone its number, and its address where the event tells it. */
function account(id: number | null, email: string | null, told: unknown = null) {
  if (id === null || email !== null) return accountCell(id, email)
  return typeof told === 'string' ? <LongValue text={told} /> : `User ${id}`
}

const auditView: ListView<EventItem> = {
  empty: 'Nothing has happened yet.',
  cells: {
    event: (event) => <Event event={event} />,
    outcome: ({ outcome }) => <Flag value={outcome === 'success'} words={['Success', 'Failure']} />,
    actor_id: ({ actor_id, actor_email }) => account(actor_id, actor_email),
    subject_id: ({ event, actor_id, subject_id, subject_email, detail }) =>
      subject_id !== null && subject_id === actor_id
        ? 'Same account'
        : account(subject_id, subject_email, event === 'account_deleted' ? detail.email : null),
    detail: ({ detail }) => <span dir="ltr">{JSON.stringify(detail)}</span>,
  },
}

/** A list's view under its model's path; the compiler checks that both are of the same rows. */
const viewOf = <Item extends { id: number | string }, Name extends string>(
  { path }: ModelAdmin<Item, Name>,
  view: ListView<Item>,
): [path: string, view: ListView] => [path, view]

export const views: ReadonlyMap<string, ListView> = new Map([
  viewOf(groupAdmin, { empty: 'There are no groups yet. A group gives its members permissions, all at once.' }),
  viewOf(sessionAdmin, sessionView),
  viewOf(outstandingTokenAdmin, { cells: tokenCells, empty: 'No refresh token has been given out yet.' }),
  viewOf(blacklistedTokenAdmin, { cells: tokenCells, empty: 'No refresh token is blacklisted.' }),
  viewOf(outboxAdmin, outboxView),
  viewOf(auditAdmin, auditView),
])

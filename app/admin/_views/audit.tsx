import { auditAdmin, type EventItem } from '#lib/admin/audit/declaration'
import { accountCell } from '../_list/cells.tsx'
import { viewOf } from '../_list/list-view.ts'
import { eventLabel } from '../_ui/event-label.ts'
import { Flag } from '../_ui/flag.tsx'

/** What else is known of an event, as it was recorded. */
function Detail({ event }: { event: EventItem }) {
  const facts = Object.entries({ ...event.detail, program: event.user_agent, session: event.session_id, request: event.request_id })
  return (
    <details className="event-detail">
      <summary>
        <span className="visually-hidden">{eventLabel(event.event)}: </span>Details
      </summary>
      <dl>
        {facts.map(([name, value]) => (
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
  return typeof told === 'string' ? <span dir="ltr">{told}</span> : `User ${id}`
}

export const auditView = viewOf(auditAdmin, {
  empty: 'Nothing has happened yet.',
  cells: {
    event: ({ event }) => eventLabel(event),
    outcome: ({ outcome }) => <Flag value={outcome === 'success'} words={['Success', 'Failure']} />,
    actor_id: ({ actor_id, actor_email }) => account(actor_id, actor_email),
    subject_id: ({ event, subject_id, subject_email, detail }) =>
      account(subject_id, subject_email, event === 'account_deleted' ? detail.email : null),
    detail: (event) => <Detail event={event} />,
  },
})

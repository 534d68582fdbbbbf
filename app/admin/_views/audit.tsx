import { auditAdmin, type EventItem } from '#lib/admin/models/audit/declaration'
import { accountCell, eventLabel, Flag, LongValue } from '../_ui/values.tsx'
import { viewOf } from './view.ts'

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

export const auditView = viewOf(auditAdmin, {
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
})

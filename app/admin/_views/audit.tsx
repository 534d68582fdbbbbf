import { auditAdmin, type EventItem } from '#lib/admin/audit/declaration'
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

export const auditView = viewOf(auditAdmin, {
  empty: 'Nothing has happened yet.',
  cells: {
    event: ({ event }) => eventLabel(event),
    outcome: ({ outcome }) => <Flag value={outcome === 'success'} words={['Success', 'Failure']} />,
    detail: (event) => <Detail event={event} />,
  },
})

import type { Metadata } from 'next'
import { auditAdmin, type EventItem } from '#lib/admin/audit/declaration'
import { permissionFor } from '#lib/admin/declaration'
import { pageTitle } from '../../_ui/page-title.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { Filters } from '../_list/filters.tsx'
import { isNarrowed, readAddress, rowParams } from '../_list/list-address.ts'
import { loadList } from '../_list/load-list.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { Pages } from '../_list/pages.tsx'
import { SearchForm } from '../_list/search-form.tsx'
import { requireStaff } from '../_staff.ts'
import { eventLabel } from '../_ui/event-label.ts'
import { Flag } from '../_ui/flag.tsx'

const PAGE = '/admin/audit'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Audit log') }
}

const account = (id: number | null) => (id === null ? '–' : <a href={`/admin/users/${id}`}>User {id}</a>)

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

const COLUMNS: Column<EventItem>[] = [
  { field: 'at', label: auditAdmin.fields.at.label, cell: ({ at }) => <Timestamp date={new Date(at)} /> },
  { field: 'event', label: auditAdmin.fields.event.label, cell: ({ event }) => eventLabel(event) },
  {
    field: 'outcome',
    label: auditAdmin.fields.outcome.label,
    cell: ({ outcome }) => <Flag value={outcome === 'success'} words={['Success', 'Failure']} />,
  },
  { field: 'actor_id', label: auditAdmin.fields.actor_id.label, cell: ({ actor_id }) => account(actor_id) },
  { field: 'subject_id', label: auditAdmin.fields.subject_id.label, cell: ({ subject_id }) => account(subject_id) },
  {
    field: 'ip_address',
    label: auditAdmin.fields.ip_address.label,
    cell: ({ ip_address }) => <span dir="ltr">{ip_address ?? '–'}</span>,
  },
  { field: 'detail', label: auditAdmin.fields.detail.label, cell: (event) => <Detail event={event} /> },
]

export default async function AuditPage({ searchParams }: PageProps<'/admin/audit'>) {
  await requireStaff(PAGE, permissionFor(auditAdmin, 'view'))
  const address = readAddress(auditAdmin, PAGE, await searchParams)
  const loaded = await loadList(auditAdmin, address)
  const { list, ignored } = loaded
  return (
    <div className="admin-page">
      <div className="page-head">
        <h1>Audit log</h1>
        <a className="button button-quiet" href={`/api/admin/audit/export/?${new URLSearchParams(rowParams(address))}`}>
          Export as CSV
        </a>
      </div>
      <div className="list-layout">
        <SearchForm admin={auditAdmin} address={address} loaded={loaded} />
        <Filters admin={auditAdmin} address={address} facets={loaded.facets} />
        <div className="list-main">
          {ignored.length > 0 && <p className="empty">Part of this address was not understood and is left out: {ignored.join(', ')}.</p>}
          {list.items.length === 0 ? (
            <p className="empty-list">
              {isNarrowed(address) ? (
                <>
                  No event matches. <a href={PAGE}>Show all events</a>
                </>
              ) : (
                'Nothing has happened yet.'
              )}
            </p>
          ) : (
            <ObjectTable admin={auditAdmin} address={address} caption="Events" columns={COLUMNS} items={list.items} />
          )}
          <Pages admin={auditAdmin} address={address} list={list} />
        </div>
      </div>
    </div>
  )
}

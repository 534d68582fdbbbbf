import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { type SessionItem, sessionAdmin } from '#lib/admin/sessions/declaration'
import { pageTitle } from '../../_ui/page-title.ts'
import { Ago, Timestamp } from '../../_ui/timestamp.tsx'
import { Filters } from '../_list/filters.tsx'
import { isNarrowed, readAddress } from '../_list/list-address.ts'
import { loadList } from '../_list/load-list.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { Pages } from '../_list/pages.tsx'
import { SearchForm } from '../_list/search-form.tsx'
import { requireStaff } from '../_staff.ts'
import { eventLabel } from '../_ui/event-label.ts'
import { Flag } from '../_ui/flag.tsx'

const PAGE = '/admin/sessions'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Sessions') }
}

const KINDS: Record<string, string> = { browser: 'Browser', api: 'API client' }
const { fields } = sessionAdmin

const columnsAt = (now: Date): Column<SessionItem>[] => [
  { field: 'user_id', label: fields.user_id.label, cell: ({ user_id, email }) => <a href={`/admin/users/${user_id}`}>{email}</a> },
  { field: 'kind', label: fields.kind.label, cell: ({ kind, device }) => `${KINDS[kind] ?? kind}: ${device}` },
  { field: 'ip_address', label: fields.ip_address.label, cell: ({ ip_address }) => <span dir="ltr">{ip_address ?? '–'}</span> },
  { field: 'created_at', label: fields.created_at.label, cell: ({ created_at }) => <Timestamp date={new Date(created_at)} /> },
  { field: 'last_used_at', label: fields.last_used_at.label, cell: ({ last_used_at }) => <Ago date={new Date(last_used_at)} now={now} /> },
  {
    field: 'state',
    label: 'State',
    cell: ({ ended_at, end_reason, expires_at }) => {
      if (ended_at !== null) return <Flag value={false} words={['', `Ended: ${eventLabel(end_reason ?? 'ended').toLowerCase()}`]} />
      return new Date(expires_at) > now ? <Flag value words={['Open', '']} /> : <Flag value={false} words={['', 'Expired']} />
    },
  },
]

export default async function SessionsPage({ searchParams }: PageProps<'/admin/sessions'>) {
  await requireStaff(PAGE, permissionFor(sessionAdmin, 'view'))
  const address = readAddress(sessionAdmin, PAGE, await searchParams)
  const loaded = await loadList(sessionAdmin, address)
  const { list, ignored } = loaded
  return (
    <div className="admin-page">
      <h1>Sessions</h1>
      <div className="list-layout">
        <SearchForm admin={sessionAdmin} address={address} loaded={loaded} />
        <Filters admin={sessionAdmin} address={address} facets={loaded.facets} />
        <div className="list-main">
          {ignored.length > 0 && <p className="empty">Part of this address was not understood and is left out: {ignored.join(', ')}.</p>}
          {list.items.length === 0 ? (
            <p className="empty-list">
              {isNarrowed(address) ? (
                <>
                  No session matches. <a href={PAGE}>Show all sessions</a>
                </>
              ) : (
                'Nobody has signed in yet.'
              )}
            </p>
          ) : (
            <ObjectTable admin={sessionAdmin} address={address} caption="Sessions" columns={columnsAt(new Date())} items={list.items} />
          )}
          <Pages admin={sessionAdmin} address={address} list={list} />
        </div>
      </div>
    </div>
  )
}

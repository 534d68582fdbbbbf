import type { Metadata } from 'next'
import { listThrottles, MOST_THROTTLES, type ThrottleItem } from '#lib/admin/throttles/list-throttles'
import { durationWords } from '#lib/mail/letter'
import { may } from '#lib/users/rights'
import { pageTitle } from '../../_ui/page-title.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { listHref, readAddress } from '../_list/list-address.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { SearchForm } from '../_list/search-form.tsx'
import { requireStaff } from '../_staff.ts'
import { numberWords } from '../_ui/admin-words.ts'
import { eventLabel } from '../_ui/event-label.ts'
import { Flag } from '../_ui/flag.tsx'
import { RowButton } from '../_ui/row-button.tsx'

const PAGE = '/admin/throttles'

/** As a list's declaration: what is counted is in no table that a model could declare. */
const throttles = {
  verboseName: 'limit',
  verboseNamePlural: 'limits',
  fields: { subject: { label: 'Email or network address', kind: 'text' } },
  listDisplay: ['subject', 'policy', 'tries', 'throttled', 'frees_at'],
  listOptional: [],
  sortableBy: [],
  listFilter: [],
  searchFields: ['subject'],
  ordering: [],
  listPerPage: MOST_THROTTLES,
  listMaxPerPage: MOST_THROTTLES,
} as const

const KINDS: Record<string, string> = {
  login: 'Signing in',
  signup: 'Signing up',
  refresh: 'Refreshing tokens',
  confirm: 'Confirming an address',
  resend: 'Another email to confirm',
  reset: 'Resetting a password',
  change: 'Changing the account',
  admin: 'The admin area',
}

const SCOPES: Record<string, string> = {
  device: 'A device',
  pair: 'An account from one network',
  address: 'A network address',
  account: 'An account',
  global: 'Everybody together',
}

const nameOf = ({ subject, scope }: ThrottleItem) => subject ?? `${SCOPES[scope] ?? scope}, not named in the logs`

const COLUMNS: Column<ThrottleItem>[] = [
  { field: 'subject', label: 'Who', cell: (throttle) => <span dir="ltr">{nameOf(throttle)}</span> },
  { field: 'policy', label: 'What', cell: ({ policy }) => KINDS[policy] ?? eventLabel(policy) },
  {
    field: 'tries',
    label: 'Tries',
    cell: ({ tries, limit, window }) => `${numberWords(tries)} of ${numberWords(limit)} in ${durationWords(window)}`,
  },
  { field: 'throttled', label: 'State', cell: ({ throttled }) => <Flag value={!throttled} words={['Let through', 'Turned away']} /> },
  { field: 'frees_at', label: 'Counts anew', cell: ({ frees_at }) => <Timestamp date={new Date(frees_at)} /> },
]

export function generateMetadata(): Metadata {
  return { title: pageTitle('Throttles') }
}

export default async function ThrottlesPage({ searchParams }: PageProps<'/admin/throttles'>) {
  const { rights } = await requireStaff(PAGE, 'accounts.view_throttlecounter')
  const address = readAddress(throttles, PAGE, await searchParams)
  const items = await listThrottles(address.q.slice(0, 300), new Date())
  const here = listHref(throttles, address)
  const release: Column<ThrottleItem> = {
    field: 'row_action',
    label: 'Action',
    cell: (throttle) => (
      <RowButton
        action={`/api/admin/throttles/${encodeURIComponent(throttle.id)}/release/`}
        label="Release"
        of={`${nameOf(throttle)}: ${(KINDS[throttle.policy] ?? throttle.policy).toLowerCase()} in ${durationWords(throttle.window)}`}
        next={here}
      />
    ),
  }
  const counted = { count: items.length, countIsExact: items.length < MOST_THROTTLES }
  const list = { items, ...counted, page: 1, pageSize: MOST_THROTTLES, pages: 1, hasNext: false, hasPrevious: false }
  return (
    <div className="admin-page">
      <h1>Throttles</h1>
      <p className="lead">
        Who tried too often and is turned away for now. The counters name nobody: search for an email address, a network address, or both to
        see all that is counted for them.
      </p>
      <div className="list-layout">
        <SearchForm admin={throttles} address={address} loaded={{ list, total: counted }} />
        <div className="list-main">
          {items.length === 0 ? (
            <p className="empty-list">
              {address.q === '' ? 'Nobody is turned away at the moment.' : 'Nothing is counted for these at the moment.'}
            </p>
          ) : (
            <ObjectTable
              admin={throttles}
              address={address}
              caption="Throttles"
              columns={may(rights, 'accounts.change_throttlecounter') ? [...COLUMNS, release] : COLUMNS}
              items={items}
            />
          )}
        </div>
      </div>
    </div>
  )
}

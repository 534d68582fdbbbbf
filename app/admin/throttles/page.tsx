import type { ListPage } from '#lib/admin/core/list-objects'
import { listThrottles, MAX_THROTTLES, THROTTLES_PER_PAGE, type ThrottleItem } from '#lib/admin/throttles/list-throttles'
import { lookUp } from '#lib/fields/look-up'
import { truncate } from '#lib/fields/text'
import { formatDuration } from '#lib/mail/render-email'
import { hasPermission } from '#lib/permissions/user-permissions'
import { formatNumber } from '../../_ui/format-text.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { RowButton } from '../_list/actions.tsx'
import { Pages, SearchForm } from '../_list/list-controls.tsx'
import { type ListAddress, listHref, readAddress } from '../_list/load-list.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { requireStaff } from '../_request.ts'
import { eventLabel, Flag } from '../_ui/values.tsx'

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
  listPerPage: THROTTLES_PER_PAGE,
  listMaxPerPage: MAX_THROTTLES,
} as const

const KINDS: Record<string, string> = {
  login: 'Signing in',
  signup: 'Signing up',
  refresh: 'Refreshing tokens',
  confirm: 'Confirming an address',
  resend: 'Another email to confirm',
  reset: 'Resetting a password',
  change: 'Changing the account',
  export: 'Downloading data',
  preferences: 'Choosing a theme',
  admin: 'The admin area',
  email: 'Emails to an address',
}

const SCOPES: Record<string, string> = {
  device: 'A device',
  pair: 'An account from one network',
  address: 'A network address',
  account: 'An account',
  global: 'Everyone together',
  pace: 'All logins of a network address or device',
}

const nameOf = ({ subject, scope }: ThrottleItem) => subject ?? `${lookUp(SCOPES, scope) ?? scope}, not named in the logs`

const COLUMNS: Column<ThrottleItem>[] = [
  { field: 'subject', label: 'Who', cell: (throttle) => <span dir="ltr">{nameOf(throttle)}</span> },
  { field: 'policy', label: 'What', cell: ({ policy }) => lookUp(KINDS, policy) ?? eventLabel(policy) },
  {
    field: 'tries',
    label: 'Tries',
    cell: ({ tries, limit, window }) => `${formatNumber(tries)} of ${formatNumber(limit)} in ${formatDuration(window)}`,
  },
  { field: 'throttled', label: 'State', cell: ({ throttled }) => <Flag value={!throttled} words={['Let through', 'Turned away']} /> },
  { field: 'frees_at', label: 'Counts anew', cell: ({ frees_at }) => <Timestamp date={new Date(frees_at)} /> },
]

/** The page that an address names; the last one where limits have ended since. */
function pageOf(all: ThrottleItem[], address: ListAddress): ListPage<ThrottleItem> {
  const pageSize = address.pageSize ?? throttles.listPerPage
  const pages = Math.max(Math.ceil(all.length / pageSize), 1)
  const page = Math.min(address.page, pages)
  const items = all.slice((page - 1) * pageSize, page * pageSize)
  const counted = { count: all.length, countIsExact: all.length < MAX_THROTTLES }
  return { items, ...counted, page, pageSize, pages, hasNext: page < pages, hasPrevious: page > 1 }
}

export const metadata = { title: 'Throttles' }

export default async function ThrottlesPage({ searchParams }: PageProps<'/admin/throttles'>) {
  const { permissions } = await requireStaff(PAGE, 'accounts.view_throttlecounter')
  const address = readAddress(throttles, PAGE, await searchParams)
  const all = await listThrottles(truncate(address.rows.search ?? '', 300), new Date())
  const here = listHref(address)
  const release: Column<ThrottleItem> = {
    field: 'row_action',
    label: 'Action',
    cell: (throttle) => (
      <RowButton
        action={`/api/admin/throttles/${encodeURIComponent(throttle.id)}/release/`}
        label="Release"
        of={`${nameOf(throttle)}: ${(lookUp(KINDS, throttle.policy) ?? throttle.policy).toLowerCase()} in ${formatDuration(throttle.window)}`}
        next={here}
      />
    ),
  }
  const list = pageOf(all, address)
  return (
    <div className="stack-loose">
      <h1>Throttles</h1>
      <p className="lead">
        Who tried too often and is turned away for now. The counters name no one: search for an email address, a network address, or both to
        see all that is counted for them.
      </p>
      <div className="list-layout">
        <SearchForm admin={throttles} address={address} list={list} total={list} />
        <div className="list-main stack">
          {list.items.length === 0 ? (
            <p className="panel panel-empty">
              {address.rows.search === undefined ? 'No one is turned away at the moment.' : 'Nothing is counted for these at the moment.'}
            </p>
          ) : (
            <ObjectTable
              admin={throttles}
              address={address}
              caption="Throttles"
              columns={hasPermission(permissions, 'accounts.change_throttlecounter') ? [...COLUMNS, release] : COLUMNS}
              items={list.items}
            />
          )}
          <Pages admin={throttles} address={address} list={list} />
        </div>
      </div>
    </div>
  )
}

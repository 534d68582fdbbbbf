import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { readSelection, refusedSelection } from '#lib/admin/list-selection'
import { userAdmin } from '#lib/admin/users/declaration'
import type { UserItem } from '#lib/admin/users/user-item'
import { may } from '#lib/users/rights'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { pageTitle } from '../../_ui/page-title.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { adminFormState } from '../_flash.ts'
import { ActionBar } from '../_list/action-bar.tsx'
import { Filters } from '../_list/filters.tsx'
import { isNarrowed, listHref, objectHref, readAddress, rowParams } from '../_list/list-address.ts'
import { loadList } from '../_list/load-list.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { Pages } from '../_list/pages.tsx'
import { SearchForm } from '../_list/search-form.tsx'
import { requireStaff } from '../_staff.ts'
import { adminProblems } from '../_ui/admin-words.ts'
import { Flag } from '../_ui/flag.tsx'
import { GuardedForm } from '../_ui/guarded-form.tsx'

const PAGE = '/admin/users'

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle('Users', (await adminFormState(PAGE)).errors) }
}

function cellOf(field: string, item: UserItem) {
  const value = item[field as keyof UserItem]
  if (typeof value === 'boolean') return <Flag value={value} />
  if (field === 'last_login' || field === 'date_joined') return value === null ? '–' : <Timestamp date={new Date(value)} />
  return <span dir={field === 'phone' ? 'ltr' : 'auto'}>{value}</span>
}

export default async function UsersPage({ searchParams }: PageProps<'/admin/users'>) {
  const { rights } = await requireStaff(PAGE, permissionFor(userAdmin, 'view'))
  const query = await searchParams
  const address = readAddress(userAdmin, PAGE, query)
  const [{ list, total, ignored, facets }, { errors, values }] = await Promise.all([loadList(userAdmin, address), adminFormState(PAGE)])
  const selection = Object.keys(errors).length > 0 ? refusedSelection(values) : readSelection(query)
  const here = listHref(userAdmin, address)
  const params = rowParams(address)
  const actions = userAdmin.actions.filter(({ permission }) => may(rights, permission))
  const columns: Column<UserItem>[] = userAdmin.listDisplay.map((field, index) => ({
    field,
    label: userAdmin.fields[field].label,
    cell: (item) => (index === 0 ? <a href={objectHref(here, PAGE, item.id)}>{item.email}</a> : cellOf(field, item)),
  }))
  const table = (
    <ObjectTable
      admin={userAdmin}
      address={address}
      caption="Users"
      columns={columns}
      items={list.items}
      selectable={actions.length > 0 ? ({ email }) => email : undefined}
      selected={selection.ids}
    />
  )
  return (
    <div className="admin-page">
      <ErrorSummary problems={adminProblems(errors)} />
      <div className="page-head">
        <h1>Users</h1>
        <div className="actions">
          <a className="button button-quiet" href={`/api/admin/users/export/?${new URLSearchParams(params)}`}>
            Export as CSV
          </a>
          {may(rights, permissionFor(userAdmin, 'add')) && (
            <a className="button" href={`${PAGE}/add`}>
              Add user
            </a>
          )}
        </div>
      </div>
      <div className="list-layout">
        <SearchForm admin={userAdmin} address={address} loaded={{ list, total }} />
        <Filters admin={userAdmin} address={address} facets={facets} />
        <div className="list-main">
          {ignored.length > 0 && <p className="empty">Part of this address was not understood and is left out: {ignored.join(', ')}.</p>}
          {list.items.length === 0 ? (
            <p className="empty-list">
              {isNarrowed(address) ? (
                <>
                  No user matches. <a href={PAGE}>Show all users</a>
                </>
              ) : (
                'There are no users yet.'
              )}
            </p>
          ) : actions.length > 0 ? (
            <GuardedForm id="action-form" action="/api/admin/users/actions/" forgiving>
              <ActionBar
                actions={actions}
                selection={selection}
                shown={list.items.length}
                count={list.count}
                countIsExact={list.countIsExact}
                plural="users"
                narrowed={isNarrowed(address)}
                params={params}
                deletePage={`${PAGE}/delete`}
                href={here}
              />
              {table}
            </GuardedForm>
          ) : (
            table
          )}
          <Pages admin={userAdmin} address={address} list={list} />
        </div>
      </div>
    </div>
  )
}

import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { type GroupItem, groupAdmin } from '#lib/admin/groups/declaration'
import { may } from '#lib/users/rights'
import { pageTitle } from '../../_ui/page-title.ts'
import { isNarrowed, listHref, objectHref, readAddress } from '../_list/list-address.ts'
import { loadList } from '../_list/load-list.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { Pages } from '../_list/pages.tsx'
import { SearchForm } from '../_list/search-form.tsx'
import { requireStaff } from '../_staff.ts'

const PAGE = '/admin/groups'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Groups') }
}

export default async function GroupsPage({ searchParams }: PageProps<'/admin/groups'>) {
  const { rights } = await requireStaff(PAGE, permissionFor(groupAdmin, 'view'))
  const address = readAddress(groupAdmin, PAGE, await searchParams)
  const loaded = await loadList(groupAdmin, address)
  const here = listHref(groupAdmin, address)
  const columns: Column<GroupItem>[] = [
    {
      field: 'name',
      label: groupAdmin.fields.name.label,
      cell: ({ id, name }) => (
        <a href={objectHref(here, PAGE, id)} dir="auto">
          {name}
        </a>
      ),
    },
  ]
  return (
    <div className="admin-page">
      <div className="page-head">
        <h1>Groups</h1>
        {may(rights, permissionFor(groupAdmin, 'add')) && (
          <a className="button" href={`${PAGE}/add`}>
            Add group
          </a>
        )}
      </div>
      <div className="list-layout">
        <SearchForm admin={groupAdmin} address={address} loaded={loaded} />
        <div className="list-main">
          {loaded.list.items.length === 0 ? (
            <p className="empty-list">
              {isNarrowed(address) ? (
                <>
                  No group matches. <a href={PAGE}>Show all groups</a>
                </>
              ) : (
                'There are no groups yet. A group gives its members permissions, all at once.'
              )}
            </p>
          ) : (
            <ObjectTable admin={groupAdmin} address={address} caption="Groups" columns={columns} items={loaded.list.items} />
          )}
          <Pages admin={groupAdmin} address={address} list={loaded.list} />
        </div>
      </div>
    </div>
  )
}

import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { groupAdmin } from '#lib/admin/groups/declaration'
import { differencesOfGroup, readGroup } from '#lib/admin/groups/read-group'
import { changesSince } from '#lib/admin/versions'
import { may } from '#lib/users/rights'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { listBehind } from '../../_list/list-address.ts'
import { required, requireStaff } from '../../_staff.ts'
import { adminProblems, countWords } from '../../_ui/admin-words.ts'
import { ChangedMeanwhile } from '../../_ui/changed-meanwhile.tsx'
import { foundIn } from '../../_ui/found-in.ts'
import { GroupForm } from '../group-form.tsx'

const pageOf = (id: string) => `/admin/groups/${id}`

export async function generateMetadata({ params }: PageProps<'/admin/groups/[id]'>): Promise<Metadata> {
  return { title: pageTitle('Group', (await adminFormState(pageOf((await params).id))).errors) }
}

export default async function GroupPage({ params, searchParams }: PageProps<'/admin/groups/[id]'>) {
  const { id } = await params
  const page = pageOf(id)
  const { rights } = await requireStaff(page, permissionFor(groupAdmin, 'view'))
  const group = required(await readGroup(id))
  const state = await adminFormState(page)
  const query = await searchParams
  const list = listBehind('/admin/groups', query.next)
  const outdated = state.errors.non_field_errors?.includes('changed_meanwhile')
    ? await changesSince(groupAdmin, group.id, state.values.version)
    : null
  const members = countWords(group.members, 'member', 'members')
  return (
    <div className="admin-page">
      <ErrorSummary problems={adminProblems(state.errors, { name: 'name', permissions: 'permissions' })} />
      <div className="page-head">
        <div className="object-name">
          <p className="crumb">
            <a href={list}>Groups</a>
          </p>
          <h1 dir="auto">{group.name}</h1>
          <p className="lead">{may(rights, 'accounts.view_user') ? <a href={`/admin/users?groups=${group.id}`}>{members}</a> : members}</p>
        </div>
        <a className="button button-quiet" href={`${page}/history`}>
          History
        </a>
      </div>
      {outdated && (
        <ChangedMeanwhile entries={outdated} differences={await differencesOfGroup(group, state.values)} fields={groupAdmin.fields} />
      )}
      {may(rights, permissionFor(groupAdmin, 'change')) ? (
        <GroupForm group={group} rights={rights} state={state} list={list} found={foundIn(query)} />
      ) : (
        <div className="object-form">
          <div className="fixed-field">
            <p className="label">{groupAdmin.fields.permissions.label}</p>
            <ul>
              {group.permissions.map(({ id, label }) => (
                <li key={id}>{label}</li>
              ))}
            </ul>
            {group.permissions.length === 0 && <p className="empty">None</p>}
          </div>
          <p>
            <a href={list}>Close</a>
          </p>
        </div>
      )}
    </div>
  )
}

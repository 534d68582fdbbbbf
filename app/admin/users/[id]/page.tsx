import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { readUser } from '#lib/admin/users/read-user'
import { differencesOf } from '#lib/admin/users/typed-differences'
import { editableFields, whyUntouchable } from '#lib/admin/users/user-guard'
import { changesSince } from '#lib/admin/versions'
import { may } from '#lib/users/rights'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { listBehind } from '../../_list/list-address.ts'
import { required, requireStaff } from '../../_staff.ts'
import { adminProblems } from '../../_ui/admin-words.ts'
import { ChangedMeanwhile } from '../../_ui/changed-meanwhile.tsx'
import { foundIn } from '../../_ui/found-in.ts'
import { ChangeUserForm } from './change-user-form.tsx'
import { ShownUser } from './shown-user.tsx'
import { UserActivity } from './user-activity.tsx'

const pageOf = (id: string) => `/admin/users/${id}`

export async function generateMetadata({ params }: PageProps<'/admin/users/[id]'>): Promise<Metadata> {
  return { title: pageTitle('User', (await adminFormState(pageOf((await params).id))).errors) }
}

const UNTOUCHABLE = {
  superuser: 'This is a superuser: only a superuser may change the account.',
  more_rights: 'This account may do something that you may not, so only somebody else may change it.',
}

export default async function UserPage({ params, searchParams }: PageProps<'/admin/users/[id]'>) {
  const { id } = await params
  const page = pageOf(id)
  const { rights, principal } = await requireStaff(page, permissionFor(userAdmin, 'view'))
  const user = required(await readUser(id))
  const [editable, untouchable, state] = await Promise.all([
    editableFields(rights, user),
    whyUntouchable(rights, user.id),
    adminFormState(page),
  ])
  const query = await searchParams
  const list = listBehind('/admin/users', query.next)
  const outdated = state.errors.non_field_errors?.includes('changed_meanwhile')
    ? await changesSince(userAdmin, user.id, state.values.version)
    : null
  const mayDelete = may(rights, permissionFor(userAdmin, 'delete')) && untouchable === null && rights.userId !== user.id
  return (
    <div className="admin-page">
      <ErrorSummary problems={adminProblems(state.errors)} />
      <div className="page-head">
        <div className="object-name">
          <p className="crumb">
            <a href={list}>Users</a>
          </p>
          <h1 dir="auto">{user.email}</h1>
        </div>
        <a className="button button-quiet" href={`${page}/history`}>
          History
        </a>
      </div>
      {user.deletion_due_at !== null && <p className="notice">The owner has closed this account; it is deleted when its time is over.</p>}
      {untouchable !== null && may(rights, permissionFor(userAdmin, 'change')) && <p className="notice">{UNTOUCHABLE[untouchable]}</p>}
      {outdated && <ChangedMeanwhile entries={outdated} differences={await differencesOf(user, state.values)} fields={userAdmin.fields} />}
      <div className="object-layout">
        {editable.size > 0 ? (
          <ChangeUserForm
            user={user}
            rights={rights}
            editable={editable}
            state={state}
            list={list}
            mayDelete={mayDelete}
            found={foundIn(query)}
          />
        ) : (
          <ShownUser user={user} list={list} />
        )}
        <UserActivity user={user} rights={rights} sid={principal.claims.sid} mayEnd={editable.size > 0} />
      </div>
    </div>
  )
}

import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { groupAdmin } from '#lib/admin/groups/declaration'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { requireStaff } from '../../_staff.ts'
import { adminProblems } from '../../_ui/admin-words.ts'
import { foundIn } from '../../_ui/found-in.ts'
import { GroupForm } from '../group-form.tsx'

const PAGE = '/admin/groups/add'

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle('Add group', (await adminFormState(PAGE)).errors) }
}

export default async function AddGroupPage({ searchParams }: PageProps<'/admin/groups/add'>) {
  const { rights } = await requireStaff(PAGE, permissionFor(groupAdmin, 'add'))
  const state = await adminFormState(PAGE)
  return (
    <div className="admin-page">
      <ErrorSummary problems={adminProblems(state.errors, { name: 'name', permissions: 'permissions' })} />
      <p className="crumb">
        <a href="/admin/groups">Groups</a>
      </p>
      <h1>Add group</h1>
      <GroupForm group={null} rights={rights} state={state} list="/admin/groups" found={foundIn(await searchParams)} />
    </div>
  )
}

import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { groupAdmin } from '#lib/admin/groups/declaration'
import { readGroup } from '#lib/admin/groups/read-group'
import { requireRecentAuthentication } from '../../../../_session.ts'
import { ErrorSummary } from '../../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { adminFormState } from '../../../_flash.ts'
import { required, requireStaff } from '../../../_staff.ts'
import { adminProblems } from '../../../_ui/admin-words.ts'
import { DeleteQuestion } from '../../../_ui/delete-question.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Delete group') }
}

export default async function DeleteGroupPage({ params }: PageProps<'/admin/groups/[id]/delete'>) {
  const { id } = await params
  const page = `/admin/groups/${id}/delete`
  await requireStaff(page, permissionFor(groupAdmin, 'delete'))
  await requireRecentAuthentication(page)
  const group = required(await readGroup(id))
  const { errors } = await adminFormState(page)
  return (
    <div className="admin-page admin-form-page">
      <ErrorSummary problems={adminProblems(errors)} />
      <DeleteQuestion
        title="Delete this group?"
        action={`/api/admin/groups/${group.id}/?_method=DELETE`}
        related={[
          { label: 'Memberships', count: group.members },
          { label: 'Permissions of the group', count: group.permissions.length },
        ].filter(({ count }) => count > 0)}
        back={`/admin/groups/${group.id}`}
      >
        The group <strong dir="auto">{group.name}</strong> is deleted. Its members stay, without what it gave them.
      </DeleteQuestion>
    </div>
  )
}

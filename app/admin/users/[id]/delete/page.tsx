import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { deletionPreview } from '#lib/admin/users/delete-user'
import { readUser } from '#lib/admin/users/read-user'
import { requireRecentAuthentication } from '../../../../_session.ts'
import { ErrorSummary } from '../../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { adminFormState } from '../../../_flash.ts'
import { required, requireStaff } from '../../../_staff.ts'
import { adminProblems } from '../../../_ui/admin-words.ts'
import { DeleteQuestion } from '../../../_ui/delete-question.tsx'

const pageOf = (id: string) => `/admin/users/${id}/delete`

export async function generateMetadata({ params }: PageProps<'/admin/users/[id]/delete'>): Promise<Metadata> {
  return { title: pageTitle('Delete user', (await adminFormState(pageOf((await params).id))).errors) }
}

export default async function DeleteUserPage({ params }: PageProps<'/admin/users/[id]/delete'>) {
  const { id } = await params
  const page = pageOf(id)
  await requireStaff(page, permissionFor(userAdmin, 'delete'))
  await requireRecentAuthentication(page)
  const user = required(await readUser(id))
  const [related, { errors }] = await Promise.all([deletionPreview(user.id), adminFormState(page)])
  return (
    <div className="admin-page admin-form-page">
      <ErrorSummary problems={adminProblems(errors)} />
      <DeleteQuestion
        title="Delete this user?"
        action={`/api/admin/users/${user.id}/?_method=DELETE`}
        related={related}
        back={`/admin/users/${user.id}`}
      >
        The account of <bdi>{user.name}</bdi>, <strong dir="ltr">{user.email}</strong>, is deleted at once and cannot be had back.
      </DeleteQuestion>
    </div>
  )
}

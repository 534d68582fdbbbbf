import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { readUser } from '#lib/admin/users/read-user'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { required, requireStaff } from '../../../_staff.ts'
import { HistoryPage } from '../../../_ui/history-page.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Change history') }
}

export default async function UserHistoryPage({ params, searchParams }: PageProps<'/admin/users/[id]/history'>) {
  const { id } = await params
  const page = `/admin/users/${id}/history`
  await requireStaff(page, permissionFor(userAdmin, 'view'))
  const user = required(await readUser(id))
  return (
    <HistoryPage
      admin={userAdmin}
      id={user.id}
      object={user.email}
      objectHref={`/admin/users/${user.id}`}
      page={page}
      query={await searchParams}
    />
  )
}

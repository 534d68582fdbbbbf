import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { historyOf } from '#lib/admin/history'
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
  const number = Math.max(Math.trunc(Number((await searchParams).p ?? 1)) || 1, 1)
  return (
    <HistoryPage
      object={user.email}
      objectHref={`/admin/users/${user.id}`}
      page={page}
      number={number}
      entries={await historyOf(userAdmin, user.id, number)}
    />
  )
}

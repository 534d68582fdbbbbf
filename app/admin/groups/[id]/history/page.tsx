import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { groupAdmin } from '#lib/admin/groups/declaration'
import { readGroup } from '#lib/admin/groups/read-group'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { required, requireStaff } from '../../../_staff.ts'
import { HistoryPage } from '../../../_ui/history-page.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Change history') }
}

export default async function GroupHistoryPage({ params, searchParams }: PageProps<'/admin/groups/[id]/history'>) {
  const { id } = await params
  const page = `/admin/groups/${id}/history`
  await requireStaff(page, permissionFor(groupAdmin, 'view'))
  const group = required(await readGroup(id))
  return (
    <HistoryPage
      admin={groupAdmin}
      id={group.id}
      object={group.name}
      objectHref={`/admin/groups/${group.id}`}
      page={page}
      query={await searchParams}
    />
  )
}

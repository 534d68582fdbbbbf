import type { Metadata } from 'next'
import { objectName } from '#lib/admin/declaration'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { requireObjects } from '../../../_object/require-objects.ts'
import { required } from '../../../_staff.ts'
import { HistoryPage } from '../../../_ui/history-page.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Change history') }
}

/** What staff did to an object. */
export default async function ObjectHistoryPage({ params, searchParams }: PageProps<'/admin/[model]/[id]/history'>) {
  const { model, id } = await params
  const page = `/admin/${model}/${id}/history`
  const { admin, objects } = await requireObjects(model, page, 'view')
  const object = required(await objects.read(id))
  return (
    <HistoryPage
      admin={admin}
      id={object.id}
      object={objectName(admin, object)}
      objectHref={`/admin/${admin.path}/${object.id}`}
      page={page}
      query={await searchParams}
    />
  )
}

import type { Metadata } from 'next'
import { objectName } from '#lib/admin/declaration'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { objectModelAt, objectTitle, readObject, requireObjects } from '../../../_object/require-objects.ts'
import { required } from '../../../_staff.ts'
import { HistoryPage } from '../../../_ui/history-page.tsx'

export async function generateMetadata({ params }: PageProps<'/admin/[model]/[id]/history'>): Promise<Metadata> {
  const { model, id } = await params
  const admin = objectModelAt(model)
  return admin === null ? {} : { title: pageTitle(await objectTitle(admin, id, 'view', 'Change history')) }
}

/** What staff did to an object. */
export default async function ObjectHistoryPage({ params, searchParams }: PageProps<'/admin/[model]/[id]/history'>) {
  const { model, id } = await params
  const page = `/admin/${model}/${id}/history`
  const { admin } = await requireObjects(model, page, 'view')
  const object = required(await readObject(admin, id))
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

import type { Metadata } from 'next'
import { listTitle, permissionFor } from '#lib/admin/core/declaration'
import { modelAt } from '#lib/admin/registry'
import { pageTitle } from '../../_ui/format-text.ts'
import { adminFormState } from '../_flash.ts'
import { readAddress } from '../_list/list-address.ts'
import { ListPage } from '../_list/list-page.tsx'
import { wrongIn } from '../_list/load-list.ts'
import { required, requireStaff } from '../_staff.ts'
import { views } from '../_views/views.ts'

export async function generateMetadata({ params, searchParams }: PageProps<'/admin/[model]'>): Promise<Metadata> {
  const admin = modelAt((await params).model)
  if (admin === null) return {}
  const page = `/admin/${admin.path}`
  const { errors } = await adminFormState(page)
  return { title: pageTitle(listTitle(admin), { ...errors, ...wrongIn(admin, readAddress(admin, page, await searchParams)) }) }
}

export default async function ModelPage({ params, searchParams }: PageProps<'/admin/[model]'>) {
  const { model } = await params
  const found = modelAt(model)
  // Who is no staff is not told what there is.
  const { permissions, principal } = await requireStaff(`/admin/${model}`, found === null ? undefined : permissionFor(found, 'view'))
  const admin = required(found)
  const view = views.get(admin.path) ?? {}
  return <ListPage admin={admin} view={view} permissions={permissions} principal={principal} query={await searchParams} />
}

import type { Metadata } from 'next'
import { objectName } from '#lib/admin/declaration'
import { PermissionDenied } from '#lib/errors'
import { requireRecentAuthentication } from '../../../../_session.ts'
import { ErrorSummary } from '../../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { adminFormState } from '../../../_flash.ts'
import { isRecentlyVerified, objectModelAt, objectTitle, readObject, requireObjects } from '../../../_object/require-objects.ts'
import { noteDenial, refuse, required } from '../../../_staff.ts'
import { adminProblems } from '../../../_ui/admin-messages.ts'
import { Confirmation } from '../../../_ui/confirmation.tsx'

const pageOf = (model: string, id: string) => `/admin/${model}/${id}/delete`

export async function generateMetadata({ params }: PageProps<'/admin/[model]/[id]/delete'>): Promise<Metadata> {
  const { model, id } = await params
  const admin = objectModelAt(model)
  if (admin === null) return {}
  const title = await objectTitle(
    admin,
    id,
    'delete',
    `Delete ${admin.verboseName}`,
    async (staff, objects, object) => (await isRecentlyVerified(staff)) && objects.mayDelete(staff.permissions, object),
  )
  return { title: pageTitle(title, (await adminFormState(pageOf(model, id))).errors) }
}

/** Asks before an object is deleted, with what goes with it. */
export default async function DeleteObjectPage({ params }: PageProps<'/admin/[model]/[id]/delete'>) {
  const { model, id } = await params
  const page = pageOf(model, id)
  const { admin, view, objects, permissions, principal } = await requireObjects(model, page, 'delete')
  await requireRecentAuthentication(page)
  const object = required(await readObject(admin, id))
  if (!(await objects.mayDelete(permissions, object))) {
    await noteDenial('beyond_own_rights', principal, admin.path === 'users' ? object.id : null)
    refuse(new PermissionDenied())
  }
  const [related, { errors }] = await Promise.all([objects.deletionPreview(object), adminFormState(page)])
  return (
    <div className="stack-loose measure-wide">
      <ErrorSummary problems={adminProblems(errors)} />
      <Confirmation
        title={`Delete this ${admin.verboseName}?`}
        action={`/api/admin/${admin.path}/${object.id}/?_method=DELETE`}
        related={related}
        back={`/admin/${admin.path}/${object.id}`}
      >
        {view.deleteWords?.(object) ?? (
          <>
            The {admin.verboseName} <strong dir="auto">{objectName(admin, object)}</strong> is deleted and cannot be had back.
          </>
        )}
      </Confirmation>
    </div>
  )
}

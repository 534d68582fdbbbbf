import { objectName } from '#lib/admin/core/declaration'
import { ErrorSummary } from '../../../../_ui/field.tsx'
import { objectMetadata, requireObject } from '../../../_object/require-object.ts'
import { adminFormState } from '../../../_request.ts'
import { adminProblems } from '../../../_ui/admin-messages.ts'
import { Confirmation } from '../../../_ui/confirmation.tsx'

export async function generateMetadata({ params }: PageProps<'/admin/[model]/[id]/delete'>) {
  return objectMetadata(await params, '/delete', ({ verboseName }) => `Delete ${verboseName}`)
}

/** Asks before an object is deleted, with what goes with it. */
export default async function DeleteObjectPage({ params }: PageProps<'/admin/[model]/[id]/delete'>) {
  const { admin, view, objects, object, page } = await requireObject(await params, '/delete')
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

import { accountFields, emailsOfAccounts, withAccountEmails } from '#lib/admin/core/account-fields'
import { listTitle, objectName } from '#lib/admin/core/declaration'
import { changesSince } from '#lib/admin/core/versions'
import { ErrorSummary } from '../../../_ui/field.tsx'
import { listBehind } from '../../_list/load-list.ts'
import { ChangeForm, formProblems, ObjectValues } from '../../_object/object-form.tsx'
import { objectMetadata, requireObject } from '../../_object/require-object.ts'
import { adminFormState } from '../../_request.ts'
import { EditConflict } from '../../_ui/changes.tsx'

export async function generateMetadata({ params }: PageProps<'/admin/[model]/[id]'>) {
  return objectMetadata(await params, '', ({ verboseName }, seen) => `${seen?.editable.size ? 'Change' : 'View'} ${verboseName}`)
}

/** An object: its form, or its values for staff who may only view it, and what belongs beside it. */
export default async function ObjectPage({ params, searchParams }: PageProps<'/admin/[model]/[id]'>) {
  const { admin, view, objects, permissions, principal, object, editable, mayDelete, page } = await requireObject(await params, '')
  const [state, emails] = await Promise.all([adminFormState(page), emailsOfAccounts(accountFields(admin), [object], permissions)])
  const query = await searchParams
  const list = listBehind(`/admin/${admin.path}`, query.next)
  const outdated = state.errors.non_field_errors?.includes('changed_meanwhile')
    ? await changesSince(admin, object.id, state.values.version)
    : null
  const context = { permissions, sid: principal.claims.sid, emails, editable }
  const shared = { admin, view, object, context, list, mayDelete }
  return (
    <div className="stack-loose">
      <ErrorSummary problems={formProblems(admin, admin.fieldsets, state)} />
      <div className="row spread">
        <div className="stack-tight">
          <p className="crumb">
            <a href={list}>{listTitle(admin)}</a>
          </p>
          <h1 dir="auto">{objectName(admin, object)}</h1>
          {view.lead && <p className="lead">{view.lead(object, context)}</p>}
        </div>
        <a className="button button-secondary" href={`${page}/history`}>
          History
        </a>
      </div>
      {await view.notices?.(object, context)}
      {outdated && (
        <EditConflict
          entries={outdated}
          differences={await objects.differences(withAccountEmails(admin, object, emails), state.values)}
          fields={admin.fields}
        />
      )}
      <div className={view.aside && 'object-layout'}>
        {editable.size > 0 ? <ChangeForm {...shared} state={state} query={query} /> : <ObjectValues {...shared} />}
        {view.aside?.(object, context)}
      </div>
    </div>
  )
}

import type { Metadata } from 'next'
import { listTitle, objectName } from '#lib/admin/declaration'
import { accountFields, emailsOfAccounts, withAccountEmails } from '#lib/admin/objects/account-fields'
import { formFields } from '#lib/admin/objects/read-object'
import { changesSince } from '#lib/admin/versions'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { listBehind } from '../../_list/list-address.ts'
import { fieldId } from '../../_object/object-field.tsx'
import { ObjectForm, ShownObject } from '../../_object/object-form.tsx'
import { labelsOf, objectModelAt, objectTitle, readObject, requireObjects } from '../../_object/require-objects.ts'
import { required } from '../../_staff.ts'
import { adminProblems } from '../../_ui/admin-messages.ts'
import { EditConflict } from '../../_ui/edit-conflict.tsx'
import { searchParam } from '../../_ui/search-param.ts'

const pageOf = (model: string, id: string) => `/admin/${model}/${id}`

export async function generateMetadata({ params }: PageProps<'/admin/[model]/[id]'>): Promise<Metadata> {
  const { model, id } = await params
  const admin = objectModelAt(model)
  if (admin === null) return {}
  const title = await objectTitle(admin, id, 'view', (seen) => `${seen?.editable ? 'Change' : 'View'} ${admin.verboseName}`)
  return { title: pageTitle(title, (await adminFormState(pageOf(model, id))).errors) }
}

/** An object: its form, or its values for staff who may only view it, and what belongs beside it. */
export default async function ObjectPage({ params, searchParams }: PageProps<'/admin/[model]/[id]'>) {
  const { model, id } = await params
  const page = pageOf(model, id)
  const { admin, view, objects, permissions, principal } = await requireObjects(model, page, 'view')
  const object = required(await readObject(admin, id))
  const [editable, mayDelete, state, emails] = await Promise.all([
    objects.editable(permissions, object),
    objects.mayDelete(permissions, object),
    adminFormState(page),
    emailsOfAccounts(accountFields(admin), [object], permissions),
  ])
  const query = await searchParams
  const list = listBehind(`/admin/${admin.path}`, query.next)
  const outdated = state.errors.non_field_errors?.includes('changed_meanwhile')
    ? await changesSince(admin, object.id, state.values.version)
    : null
  const context = { permissions, sid: principal.claims.sid, emails, editable }
  const ids = Object.fromEntries(formFields(admin, admin.fieldsets).map((field) => [field, fieldId(field)]))
  const shared = { admin, view, object, context, list, mayDelete }
  return (
    <div className="stack-loose">
      <ErrorSummary problems={adminProblems(state.errors, ids, labelsOf(admin))} />
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
        {editable.size > 0 ? <ObjectForm {...shared} state={state} found={searchParam(query)} /> : <ShownObject {...shared} />}
        {view.aside?.(object, context)}
      </div>
    </div>
  )
}

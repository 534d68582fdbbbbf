import type { Metadata } from 'next'
import { Fragment } from 'react'
import { listTitle } from '#lib/admin/declaration'
import type { AccountEmails } from '#lib/admin/objects/account-fields'
import { formFields } from '#lib/admin/objects/read-object'
import { requireRecentAuthentication } from '../../../_session.ts'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { fieldId, ObjectField } from '../../_object/object-field.tsx'
import { fieldOf, wrongIn } from '../../_object/object-form.tsx'
import { labelsOf, objectModelAt, requireObjects } from '../../_object/require-objects.ts'
import { adminProblems } from '../../_ui/admin-messages.ts'
import { DefaultButton } from '../../_ui/default-button.tsx'
import { searchParam } from '../../_ui/search-param.ts'
import { SubmitLine } from '../../_ui/submit-line.tsx'
import { UnsavedChangesForm } from '../../_ui/unsaved-changes-form.tsx'

/** A new object names none. */
const NO_ACCOUNTS: AccountEmails = new Map()

const pageOf = (model: string) => `/admin/${model}/add`

export async function generateMetadata({ params }: PageProps<'/admin/[model]/add'>): Promise<Metadata> {
  const { model } = await params
  const admin = objectModelAt(model)
  return admin === null ? {} : { title: pageTitle(`Add ${admin.verboseName}`, (await adminFormState(pageOf(model))).errors) }
}

/** Django's add form: what an object needs to exist. */
export default async function AddObjectPage({ params, searchParams }: PageProps<'/admin/[model]/add'>) {
  const { model } = await params
  const page = pageOf(model)
  const { admin, view, objects, permissions } = await requireObjects(model, page, 'add')
  // Asked only when the form is sent, the passwords typed by then would be lost: no draft keeps them.
  if (objects.addNeedsRecentAuthentication) await requireRecentAuthentication(page)
  const state = await adminFormState(page)
  const list = `/admin/${admin.path}`
  const wrong = wrongIn(admin, state)
  const found = searchParam(await searchParams)
  const ids = Object.fromEntries(formFields(admin, admin.addFieldsets).map((field) => [field, fieldId(field)]))
  return (
    <div className="stack-loose measure-wide">
      <ErrorSummary problems={adminProblems(state.errors, ids, labelsOf(admin))} />
      <p className="crumb">
        <a href={list}>{listTitle(admin)}</a>
      </p>
      <h1>Add {admin.verboseName}</h1>
      {view.addLead && <p className="lead">{view.addLead}</p>}
      <UnsavedChangesForm
        id={`add-${admin.model}-form`}
        action={`/api/admin/${admin.path}/`}
        className="form"
        unsaved={Object.keys(state.errors).length > 0 || Object.keys(state.values).length > 0}
      >
        <DefaultButton />
        {admin.addFieldsets
          .flatMap(({ fields }) => fields)
          .map((name) => {
            const own = view.addFields?.[name]
            if (own) return <Fragment key={name}>{own(state, wrong)}</Fragment>
            const field = fieldOf(admin, name)
            return (
              <ObjectField
                key={name}
                name={name}
                field={field}
                object={null}
                permissions={permissions}
                emails={NO_ACCOUNTS}
                state={state}
                errors={wrong(name)}
                found={found}
              />
            )
          })}
        <SubmitLine add={page}>
          <a href={list}>Cancel</a>
        </SubmitLine>
      </UnsavedChangesForm>
    </div>
  )
}

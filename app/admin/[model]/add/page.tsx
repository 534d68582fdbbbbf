import type { Metadata } from 'next'
import { listTitle } from '#lib/admin/core/declaration'
import { requireRecentAuthentication } from '../../../_session.ts'
import { ErrorSummary } from '../../../_ui/field.tsx'
import { pageTitle } from '../../../_ui/format-text.ts'
import { AddForm, formProblems } from '../../_object/object-form.tsx'
import { objectModelAt, requireObjects } from '../../_object/require-object.ts'
import { adminFormState } from '../../_request.ts'

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
  return (
    <div className="stack-loose measure-wide">
      <ErrorSummary problems={formProblems(admin, admin.addFieldsets, state)} />
      <p className="crumb">
        <a href={`/admin/${admin.path}`}>{listTitle(admin)}</a>
      </p>
      <h1>Add {admin.verboseName}</h1>
      {view.addLead && <p className="lead">{view.addLead}</p>}
      <AddForm admin={admin} view={view} permissions={permissions} state={state} query={await searchParams} />
    </div>
  )
}

import { Fragment, type ReactNode } from 'react'
import { type AdminField, type Fieldset, type ModelAdmin, permissionFor } from '#lib/admin/core/declaration'
import { formFields, type ObjectDetail } from '#lib/admin/core/read-object'
import { hasPermission, type UserPermissions } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'
import { adminErrorText, adminProblems } from '../_ui/admin-messages.ts'
import { UnsavedChangesForm } from '../_ui/unsaved-changes-form.tsx'
import type { ObjectContext, ObjectView } from '../_views/view.ts'
import { FixedField, fieldId, ObjectField } from './object-field.tsx'

interface FormProps {
  admin: ModelAdmin
  view: ObjectView
  state: FormState
  /** The address's parameters: what a picker was searched for without JavaScript. */
  query: Record<string, string | string[] | undefined>
}

interface ObjectProps extends Pick<FormProps, 'admin' | 'view'> {
  object: ObjectDetail
  context: ObjectContext
  /** The list to go back to. */
  list: string
  mayDelete: boolean
}

const NOTHING_TYPED: FormState = { errors: {}, values: {} }

/** A field that a fieldset names. */
const fieldOf = ({ fields }: ModelAdmin, name: string): AdminField => fields[name] as AdminField

/** What is wrong with a form, for the summary above it. */
export function formProblems(admin: ModelAdmin, fieldsets: ModelAdmin['fieldsets'], { errors }: FormState) {
  const ids = Object.fromEntries(formFields(admin, fieldsets).map((field) => [field, fieldId(field)]))
  const labels = Object.fromEntries(Object.entries(admin.fields).map(([name, { label }]) => [name, label]))
  return adminProblems(errors, ids, labels)
}

const errorsIn =
  (admin: ModelAdmin, { errors }: FormState) =>
  (field: string): string[] =>
    (errors[field] ?? []).map((code) => adminErrorText(field, code, admin.fields[field]?.label))

/**
 * What Enter presses, first in its form: Django's "Save". Without it that would be whatever button comes first, a picker's
 * search. The server sees by `_enter` that no button was chosen (lib/http/request-state.ts).
 */
const DefaultButton = () => (
  <button type="submit" className="visually-hidden" name="_enter" value="1" tabIndex={-1} aria-hidden="true">
    Save
  </button>
)

/** Saves and leads to another page than `next` says. */
const SaveAnd = ({ next, children }: { next: string; children: ReactNode }) => (
  <button type="submit" className="button button-secondary" name="next" value={next}>
    {children}
  </button>
)

const DeleteLink = ({ admin, object }: Pick<ObjectProps, 'admin' | 'object'>) => (
  <a className="delete-link" href={`/admin/${admin.path}/${object.id}/delete`}>
    Delete
  </a>
)

/** Where nothing else is said the fields that sign an account in, or name a thing, need no visible heading. */
const Legend = ({ name }: Pick<Fieldset, 'name'>) => (
  <legend className={name === null ? 'visually-hidden' : undefined}>{name ?? 'General'}</legend>
)

/** Django's add form of a model: what an object needs to exist. */
export function AddForm({ admin, view, permissions, state, query }: FormProps & { permissions: UserPermissions }) {
  const list = `/admin/${admin.path}`
  const errorsOf = errorsIn(admin, state)
  // A new object names no account yet.
  const shared = { object: null, permissions, emails: new Map(), state, query }
  return (
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
          if (own) return <Fragment key={name}>{own(state, errorsOf)}</Fragment>
          return <ObjectField key={name} {...shared} name={name} field={fieldOf(admin, name)} errors={errorsOf(name)} />
        })}
      <div className="form-actions row">
        <button type="submit" className="button">
          Save
        </button>
        <SaveAnd next={`${list}/add`}>Save and add another</SaveAnd>
        <a href={list}>Cancel</a>
      </div>
    </UnsavedChangesForm>
  )
}

/** Django's change form of an object: its fieldsets, with an input for each field that may be changed and text for the others. */
export function ChangeForm({ admin, view, object, context, state, list, mayDelete, query }: FormProps & ObjectProps) {
  const page = `/admin/${admin.path}/${object.id}`
  const errorsOf = errorsIn(admin, state)
  const { permissions, emails, editable } = context
  const shared = { object, permissions, emails, state, query }
  return (
    <UnsavedChangesForm
      id={`change-${admin.model}-form`}
      action={`/api/admin/${admin.path}/${object.id}/?_method=PATCH`}
      className="form object-form"
      unsaved={Object.keys(state.errors).length > 0 || state.values.version !== undefined}
    >
      <input type="hidden" name="next" value={list} />
      <DefaultButton />
      <input type="hidden" name="version" value={object.version} />
      {admin.fieldsets.map(({ name: heading, fields }) => (
        <fieldset key={heading} className="fieldset stack-loose">
          <Legend name={heading} />
          {fields.map((name) => {
            const own = view.fields?.[name]?.(object, context, state)
            if (own) return <Fragment key={name}>{own}</Fragment>
            const field = { name, field: fieldOf(admin, name) }
            return editable.has(name) ? (
              <ObjectField key={name} {...shared} {...field} errors={errorsOf(name)} />
            ) : (
              <FixedField key={name} {...field} object={object} emails={emails} />
            )
          })}
        </fieldset>
      ))}
      <div className="form-actions row">
        <button type="submit" className="button" name="next" value={list}>
          Save
        </button>
        <SaveAnd next={list === `/admin/${admin.path}` ? page : `${page}?next=${encodeURIComponent(list)}`}>
          Save and continue editing
        </SaveAnd>
        {hasPermission(permissions, permissionFor(admin, 'add')) && (
          <SaveAnd next={`/admin/${admin.path}/add`}>Save and add another</SaveAnd>
        )}
        {mayDelete && <DeleteLink admin={admin} object={object} />}
      </div>
    </UnsavedChangesForm>
  )
}

/** An object for staff who may not change it: text, and where permitted the link that deletes it. */
export function ObjectValues({ admin, view, object, context, list, mayDelete }: ObjectProps) {
  return (
    <div className="object-form">
      {admin.fieldsets.map(({ name: heading, fields }) => (
        <section key={heading} className="fieldset stack-loose" aria-label={heading ?? 'General'}>
          {heading !== null && <h2>{heading}</h2>}
          {fields.map((name) => (
            <Fragment key={name}>
              {view.fields?.[name]?.(object, context, NOTHING_TYPED) ?? (
                <FixedField name={name} field={fieldOf(admin, name)} object={object} emails={context.emails} />
              )}
            </Fragment>
          ))}
        </section>
      ))}
      <p className="form-actions row">
        <a href={list}>Close</a>
        {mayDelete && <DeleteLink admin={admin} object={object} />}
      </p>
    </div>
  )
}

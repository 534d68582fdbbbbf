import { Fragment } from 'react'
import { type AdminField, type Fieldset, type ModelAdmin, permissionFor } from '#lib/admin/declaration'
import type { ObjectDetail } from '#lib/admin/objects/read-object'
import { hasPermission } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'
import { adminErrorText } from '../_ui/admin-messages.ts'
import { DefaultButton } from '../_ui/default-button.tsx'
import { SubmitLine } from '../_ui/submit-line.tsx'
import { UnsavedChangesForm } from '../_ui/unsaved-changes-form.tsx'
import { FixedField, ObjectField } from './object-field.tsx'
import type { ObjectContext, ObjectView } from './object-view.ts'

interface Props {
  admin: ModelAdmin
  view: ObjectView
  object: ObjectDetail
  context: ObjectContext
  state: FormState
  /** The list to go back to. */
  list: string
  mayDelete: boolean
  /** What a picker was searched for without JavaScript, by its field. */
  found: (field: string) => string
}

type Fields = Partial<Record<string, AdminField>>

/** A field that a fieldset names. */
export const fieldOf = ({ fields }: ModelAdmin, name: string) => (fields as Fields)[name] as AdminField

/** Something wrong with a field, in words. */
export const wrongIn =
  ({ fields }: ModelAdmin, { errors }: FormState) =>
  (field: string): string[] =>
    (errors[field] ?? []).map((code) => adminErrorText(field, code, (fields as Fields)[field]?.label))

/** Where nothing else is said the fields that sign an account in, or name a thing, need no heading to be seen. */
const Legend = ({ name }: Pick<Fieldset, 'name'>) => (
  <legend className={name === null ? 'visually-hidden' : undefined}>{name ?? 'General'}</legend>
)

const DeleteLink = ({ page }: { page: string }) => (
  <a className="delete-link" href={`${page}/delete`}>
    Delete
  </a>
)

/** Django's change form of an object: its fieldsets, with an input for each field that may be changed and text for the others. */
export function ObjectForm({ admin, view, object, context, state, list, mayDelete, found }: Props) {
  const page = `/admin/${admin.path}/${object.id}`
  const wrong = wrongIn(admin, state)
  return (
    <UnsavedChangesForm
      id={`change-${admin.model}-form`}
      action={`/api/admin/${admin.path}/${object.id}/?_method=PATCH`}
      className="form object-form"
      unsaved={Object.keys(state.errors).length > 0 || state.values.version !== undefined}
    >
      <DefaultButton next={list} />
      <input type="hidden" name="version" value={object.version} />
      {admin.fieldsets.map(({ name: heading, fields }) => (
        <fieldset key={heading} className="fieldset stack-loose">
          <Legend name={heading} />
          {fields.map((name) => {
            const field = fieldOf(admin, name)
            const own = view.fields?.[name]?.(object, context, state)
            if (own) return <Fragment key={name}>{own}</Fragment>
            if (!context.editable.has(name))
              return <FixedField key={name} name={name} field={field} object={object} emails={context.emails} />
            return (
              <ObjectField
                key={name}
                name={name}
                field={field}
                object={object}
                permissions={context.permissions}
                emails={context.emails}
                state={state}
                errors={wrong(name)}
                found={found}
              />
            )
          })}
        </fieldset>
      ))}
      <SubmitLine
        list={list}
        here={list === `/admin/${admin.path}` ? page : `${page}?next=${encodeURIComponent(list)}`}
        add={hasPermission(context.permissions, permissionFor(admin, 'add')) ? `/admin/${admin.path}/add` : undefined}
      >
        {mayDelete && <DeleteLink page={page} />}
      </SubmitLine>
    </UnsavedChangesForm>
  )
}

const NOTHING_TYPED: FormState = { errors: {}, values: {} }

/** An object for staff who may not change it: text, and where permitted the link that deletes it. */
export function ShownObject({ admin, view, object, context, list, mayDelete }: Omit<Props, 'state' | 'found'>) {
  return (
    <div className="object-form">
      {admin.fieldsets.map(({ name: heading, fields }) => (
        <section key={heading} className="fieldset stack-loose" aria-label={heading ?? 'General'}>
          {heading !== null && <h2>{heading}</h2>}
          {fields.map((name) => {
            const own = view.fields?.[name]?.(object, context, NOTHING_TYPED)
            if (own) return <Fragment key={name}>{own}</Fragment>
            return <FixedField key={name} name={name} field={fieldOf(admin, name)} object={object} emails={context.emails} />
          })}
        </section>
      ))}
      <p className="form-actions row">
        <a href={list}>Close</a>
        {mayDelete && <DeleteLink page={`/admin/${admin.path}/${object.id}`} />}
      </p>
    </div>
  )
}

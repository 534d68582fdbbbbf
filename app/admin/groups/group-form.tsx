import { permissionFor } from '#lib/admin/declaration'
import { groupAdmin } from '#lib/admin/groups/declaration'
import type { GroupDetail } from '#lib/admin/groups/read-group'
import { listPermissions } from '#lib/admin/permissions/list-permissions'
import { holds, may, type Rights } from '#lib/users/rights'
import type { FormState } from '../../_request.ts'
import { adminErrorText } from '../_ui/admin-words.ts'
import { TextInput } from '../_ui/fields.tsx'
import { GuardedForm } from '../_ui/guarded-form.tsx'
import { Picker } from '../_ui/picker.tsx'
import { SubmitLine } from '../_ui/submit-line.tsx'

interface Props {
  /** null for one to be added. */
  group: GroupDetail | null
  rights: Rights
  state: FormState
  list: string
}

/** A group's name and what its members may do. */
export async function GroupForm({ group, rights, state: { errors, values }, list }: Props) {
  const permissions = await listPermissions()
  const wrong = (field: string) => (errors[field] ?? []).map((code) => adminErrorText(field, code))
  const chosen =
    values.permissions === undefined
      ? (group?.permissions ?? []).map(({ id }) => id)
      : values.permissions.split(',').filter(Boolean).map(Number)
  const page = `/admin/groups/${group?.id}`
  return (
    <GuardedForm
      id={group ? 'change-group-form' : 'add-group-form'}
      action={group ? `/api/admin/groups/${group.id}/?_method=PATCH` : '/api/admin/groups/'}
      className="form object-form"
      unsaved={Object.keys(errors).length > 0}
    >
      {group && <input type="hidden" name="version" value={group.version} />}
      <TextInput
        id="name"
        name="name"
        label={groupAdmin.fields.name.label}
        type="text"
        dir="auto"
        autoComplete="off"
        required
        maxLength={150}
        defaultValue={values.name ?? group?.name}
        errors={wrong('name')}
      />
      <Picker
        id="permissions"
        name="permissions"
        legend={groupAdmin.fields.permissions.label}
        hint="What every member of this group may do."
        options={permissions.map(({ id, label, app_label, codename }) => ({
          id,
          label,
          fixed: !holds(rights, `${app_label}.${codename}`),
        }))}
        chosen={chosen}
        error={wrong('permissions').join(' ') || undefined}
      />
      <SubmitLine
        list={list}
        {...(group && { here: page })}
        add={may(rights, permissionFor(groupAdmin, 'add')) ? '/admin/groups/add' : undefined}
      >
        {group && may(rights, permissionFor(groupAdmin, 'delete')) && (
          <a className="delete-link" href={`${page}/delete`}>
            Delete
          </a>
        )}
      </SubmitLine>
    </GuardedForm>
  )
}

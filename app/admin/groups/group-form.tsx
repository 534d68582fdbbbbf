import { permissionChoices } from '#lib/admin/choices/choices'
import { chosenIds, pick } from '#lib/admin/choices/picked'
import { permissionFor } from '#lib/admin/declaration'
import { groupAdmin } from '#lib/admin/groups/declaration'
import type { GroupDetail } from '#lib/admin/groups/read-group'
import { may, type Rights } from '#lib/users/rights'
import type { FormState } from '../../_request.ts'
import { adminErrorText } from '../_ui/admin-words.ts'
import { DefaultButton } from '../_ui/default-button.tsx'
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
  /** What a picker was searched for without JavaScript, by its field. */
  found: (field: string) => string
}

/** A group's name and what its members may do. */
export async function GroupForm({ group, rights, state: { errors, values }, list, found }: Props) {
  const search = found('permissions')
  const chosen = chosenIds(values.permissions, group?.permissions ?? [])
  const picked = pick(await permissionChoices(rights), chosen, search)
  const wrong = (field: string) => (errors[field] ?? []).map((code) => adminErrorText(field, code))
  const page = `/admin/groups/${group?.id}`
  return (
    <GuardedForm
      id={group ? 'change-group-form' : 'add-group-form'}
      action={group ? `/api/admin/groups/${group.id}/?_method=PATCH` : '/api/admin/groups/'}
      className="form object-form"
      unsaved={Object.keys(errors).length > 0 || values.permissions !== undefined}
    >
      <DefaultButton next={list} />
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
        source="/api/admin/permissions/"
        picked={picked}
        search={search}
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

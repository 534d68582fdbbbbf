import { permissionFor } from '#lib/admin/declaration'
import { allGroups } from '#lib/admin/groups/read-group'
import { listPermissions } from '#lib/admin/permissions/list-permissions'
import { userAdmin } from '#lib/admin/users/declaration'
import type { UserDetail } from '#lib/admin/users/read-user'
import { holds, may, type Rights } from '#lib/users/rights'
import type { FormState } from '../../../_request.ts'
import { Timestamp } from '../../../_ui/timestamp.tsx'
import { adminErrorText } from '../../_ui/admin-words.ts'
import { FlagInput, TextInput } from '../../_ui/fields.tsx'
import { Flag } from '../../_ui/flag.tsx'
import { GuardedForm } from '../../_ui/guarded-form.tsx'
import { Picker, type PickerOption } from '../../_ui/picker.tsx'
import { SubmitLine } from '../../_ui/submit-line.tsx'
import { PasswordRow } from './password-row.tsx'

interface Props {
  user: UserDetail
  rights: Rights
  /** The fields that may be changed. */
  editable: Set<string>
  state: FormState
  /** The list to go back to. */
  list: string
  mayDelete: boolean
}

const TEXTS = {
  email: { type: 'email', dir: 'ltr', autoCapitalize: 'none', required: true },
  name: { type: 'text', dir: 'auto', required: true },
  phone: { type: 'tel', dir: 'ltr', required: true },
  first_name: { type: 'text', dir: 'auto' },
  last_name: { type: 'text', dir: 'auto' },
  username: { type: 'text', dir: 'ltr', autoCapitalize: 'none', required: true },
} as const

type Name = keyof typeof userAdmin.fields

/** One field of the form, by what the declaration says of it; as text where it may not be changed. */
function UserField({
  name,
  user,
  editable,
  state,
  options,
}: Omit<Props, 'rights' | 'list' | 'mayDelete'> & { name: Name; options: Options }) {
  const { label, helpText } = userAdmin.fields[name] as { label: string; helpText?: string }
  const errors = (state.errors[name] ?? []).map((code) => adminErrorText(name, code))
  const id = name.replaceAll('_', '-')
  if (name === 'password') return <PasswordRow user={user} mayChange />
  if (name === 'groups' || name === 'user_permissions') {
    const stated = state.values[name]
    const chosen = stated === undefined ? user[name].map((each) => each.id) : stated.split(',').filter(Boolean).map(Number)
    return (
      <Picker
        id={id}
        name={name}
        legend={label}
        hint={helpText}
        options={options[name]}
        chosen={chosen}
        error={errors.join(' ') || undefined}
      />
    )
  }
  if (name === 'is_active' || name === 'is_staff' || name === 'is_superuser') {
    if (!editable.has(name)) return <FixedFlag label={label} value={user[name]} />
    const checked = state.values[name] === undefined ? user[name] : state.values[name] === 'true'
    return <FlagInput id={id} name={name} label={label} hint={helpText} checked={checked} errors={errors} />
  }
  if (name === 'last_login' || name === 'date_joined') {
    const value = user[name]
    return (
      <div className="fixed-field">
        <p className="label">{label}</p>
        <p>{value === null ? 'Never' : <Timestamp date={new Date(value)} />}</p>
      </div>
    )
  }
  const input = TEXTS[name as keyof typeof TEXTS]
  const value = user[name as keyof typeof TEXTS]
  return (
    <TextInput
      id={id}
      name={name}
      label={label}
      hint={helpText}
      autoComplete="off"
      spellCheck={false}
      defaultValue={state.values[name] ?? value}
      errors={errors}
      {...input}
    />
  )
}

const FixedFlag = ({ label, value }: { label: string; value: boolean }) => (
  <div className="fixed-field">
    <p className="label">{label}</p>
    <p>
      <Flag value={value} />
    </p>
  </div>
)

type Options = Record<'groups' | 'user_permissions', PickerOption[]>

/** Django's change form of an account: who it is, what it may do, and when it was used. */
export async function ChangeUserForm({ user, rights, editable, state, list, mayDelete }: Props) {
  const page = `/admin/users/${user.id}`
  const [groups, permissions] = await Promise.all([allGroups(), listPermissions()])
  const options: Options = {
    groups: groups.map(({ id, name }) => ({ id, label: name })),
    user_permissions: permissions.map(({ id, label, app_label, codename }) => ({
      id,
      label,
      fixed: !holds(rights, `${app_label}.${codename}`),
    })),
  }
  return (
    <GuardedForm
      id="change-user-form"
      action={`/api/admin/users/${user.id}/?_method=PATCH`}
      className="form object-form"
      unsaved={Object.keys(state.errors).length > 0}
    >
      <input type="hidden" name="version" value={user.version} />
      {userAdmin.fieldsets.map(({ name: heading, fields }) => (
        <fieldset key={heading} className="fieldset">
          <legend className={heading === null ? 'visually-hidden' : undefined}>{heading ?? 'Sign-in'}</legend>
          {fields.map((name) => (
            <UserField key={name} name={name} user={user} editable={editable} state={state} options={options} />
          ))}
        </fieldset>
      ))}
      <SubmitLine
        list={list}
        here={list === '/admin/users' ? page : `${page}?next=${encodeURIComponent(list)}`}
        add={may(rights, permissionFor(userAdmin, 'add')) ? '/admin/users/add' : undefined}
      >
        {mayDelete && (
          <a className="delete-link" href={`${page}/delete`}>
            Delete
          </a>
        )}
      </SubmitLine>
    </GuardedForm>
  )
}

import { type Choice, groupChoices, permissionChoices } from '#lib/admin/choices/choices'
import { chosenIds, pick } from '#lib/admin/choices/picked'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import type { UserDetail } from '#lib/admin/users/read-user'
import { may, type Rights } from '#lib/users/rights'
import type { FormState } from '../../../_request.ts'
import { Timestamp } from '../../../_ui/timestamp.tsx'
import { adminErrorText } from '../../_ui/admin-words.ts'
import { DefaultButton } from '../../_ui/default-button.tsx'
import { FlagInput, TextInput } from '../../_ui/fields.tsx'
import { Flag } from '../../_ui/flag.tsx'
import { GuardedForm } from '../../_ui/guarded-form.tsx'
import { Picker } from '../../_ui/picker.tsx'
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
  /** What a picker was searched for without JavaScript, by its field. */
  found: (field: string) => string
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
  found,
  choices,
}: Omit<Props, 'rights' | 'list' | 'mayDelete'> & { name: Name; choices: Choices }) {
  const { label, helpText } = userAdmin.fields[name] as { label: string; helpText?: string }
  const errors = (state.errors[name] ?? []).map((code) => adminErrorText(name, code))
  const id = name.replaceAll('_', '-')
  if (name === 'password') return <PasswordRow user={user} mayChange />
  if (name === 'groups' || name === 'user_permissions') {
    const search = found(name)
    return (
      <Picker
        id={id}
        name={name}
        legend={label}
        hint={helpText}
        source={SOURCES[name]}
        picked={pick(choices[name], chosenIds(state.values[name], user[name]), search)}
        search={search}
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

type Choices = Record<'groups' | 'user_permissions', Choice[]>

const SOURCES = { groups: '/api/admin/groups/choices/', user_permissions: '/api/admin/permissions/' }

/** Django's change form of an account: who it is, what it may do, and when it was used. */
export async function ChangeUserForm({ user, rights, editable, state, list, mayDelete, found }: Props) {
  const page = `/admin/users/${user.id}`
  const [groups, permissions] = await Promise.all([groupChoices(rights), permissionChoices(rights)])
  const choices = { groups, user_permissions: permissions }
  return (
    <GuardedForm
      id="change-user-form"
      action={`/api/admin/users/${user.id}/?_method=PATCH`}
      className="form object-form"
      unsaved={Object.keys(state.errors).length > 0 || state.values.version !== undefined}
    >
      <DefaultButton next={list} />
      <input type="hidden" name="version" value={user.version} />
      {userAdmin.fieldsets.map(({ name: heading, fields }) => (
        <fieldset key={heading} className="fieldset">
          <legend className={heading === null ? 'visually-hidden' : undefined}>{heading ?? 'Sign-in'}</legend>
          {fields.map((name) => (
            <UserField key={name} name={name} user={user} editable={editable} state={state} found={found} choices={choices} />
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

import { chosenIds, groupChoices, permissionChoices, pickerOptions } from '#lib/admin/choices/choices'
import { type AccountEmails, maySeeEmails } from '#lib/admin/core/account-fields'
import type { AdminField } from '#lib/admin/core/declaration'
import { isMany, type Linked, nameOfLinked, type ObjectDetail } from '#lib/admin/core/read-object'
import { truncate } from '#lib/fields/text'
import type { UserPermissions } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'
import { Checkbox, Field, Select } from '../../_ui/field.tsx'
import { AccountInput } from '../_ui/account-input.tsx'
import { Picker } from '../_ui/picker.tsx'
import { cellOf } from '../_ui/values.tsx'

type Query = Record<string, string | string[] | undefined>

/** An input's id, by its field's name. */
export const fieldId = (name: string) => name.replaceAll('_', '-')

/** What a form's picker was searched for, as an address says it (lib/http/request-state.ts). @internal */
export function pickerSearch(query: Query, field: string): string {
  const words = query[`find_${field}`]
  return typeof words === 'string' ? truncate(words, 200) : ''
}

interface Props {
  name: string
  field: AdminField
  /** null where it is to be added. */
  object: ObjectDetail | null
  permissions: UserPermissions
  emails: AccountEmails
  state: FormState
  errors: string[]
  /** The address's parameters: what a picker was searched for without JavaScript. */
  query: Query
}

const SOURCES = { groups: '/api/admin/groups/choices/', permissions: '/api/admin/permissions/' }

async function LinkedField({ name, field, object, permissions, state, errors, query }: Props) {
  const kind = field.kind === 'groups' ? 'groups' : 'permissions'
  const search = pickerSearch(query, name)
  const choices = await (kind === 'groups' ? groupChoices(permissions) : permissionChoices(permissions))
  return (
    <Picker
      id={fieldId(name)}
      name={name}
      legend={field.label}
      hint={field.helpText}
      source={SOURCES[kind]}
      picked={pickerOptions(choices, chosenIds(state.values[name], (object?.[name] ?? []) as Linked[]), search)}
      search={search}
      error={errors.join(' ') || undefined}
    />
  )
}

/** How each kind is typed. */
function inputOf({ kind, inputType }: AdminField) {
  const narrow = { dir: 'ltr', autoCapitalize: 'none' } as const
  if (kind === 'email') return { type: 'email', ...narrow }
  if (kind === 'account') return { type: 'text', inputMode: 'email', ...narrow } as const
  if (kind === 'integer') return { type: 'text', inputMode: 'numeric', ...narrow } as const
  if (kind === 'datetime') return { type: 'datetime-local', step: '0.001', ...narrow }
  return { type: inputType ?? 'text', ...(kind === 'code' ? narrow : { dir: 'auto' }) }
}

/** A stored value as its input takes it: a time of UTC, without saying so; an account by its address where that may be seen. */
function typedForm({ kind }: AdminField, value: unknown, emails: AccountEmails): string {
  if (value === null || value === undefined) return ''
  if (kind === 'account') return emails.get(value as number) ?? String(value)
  return kind === 'datetime' ? String(value).replace(/(\.000)?Z$/, '') : String(value)
}

/** What helps to fill in a field whose declaration does not say it. */
function hintOf({ kind, helpText }: AdminField, permissions: UserPermissions): string | undefined {
  if (helpText !== undefined) return helpText
  if (kind === 'datetime') return 'Coordinated Universal Time (UTC)'
  if (kind === 'account') return maySeeEmails(permissions) ? 'The email address or the number of an account' : 'The number of an account'
  return undefined
}

/** One field of a form, by what its declaration says of it. */
export function ObjectField(props: Props) {
  const { name, field, object, permissions, emails, state, errors } = props
  if (isMany(field)) return <LinkedField {...props} />
  const stored = object === null ? String(field.initial ?? '') : typedForm(field, object[name], emails)
  const value = state.values[name] ?? stored
  const input = { id: fieldId(name), name, label: field.label, hint: hintOf(field, permissions), errors }
  if (field.kind === 'boolean') return <Checkbox {...input} value="true" uncheckedValue="false" defaultChecked={value === 'true'} />
  if (field.kind === 'choice') {
    const choices = (field.choices ?? []).map((choice) => ({ value: choice, label: choice }))
    return <Select {...input} choices={choices} none={field.blank === true ? '–' : undefined} value={value} />
  }
  const Input = field.kind === 'account' && maySeeEmails(permissions) ? AccountInput : Field
  return <Input {...input} autoComplete="off" spellCheck={false} required={field.blank !== true} defaultValue={value} {...inputOf(field)} />
}

/** A field that may be looked at and no more: text. */
export function FixedField({
  name,
  field: { label, kind, emptyLabel },
  object,
  emails,
}: {
  name: string
  field: AdminField
  object: ObjectDetail
  emails: AccountEmails
}) {
  const value = object[name]
  if (Array.isArray(value)) {
    return (
      <div className="field">
        <p className="label">{label}</p>
        {value.length === 0 ? (
          <p className="secondary">None</p>
        ) : (
          <ul>
            {value.map((row) => (
              <li key={row.id} dir="auto">
                {nameOfLinked(row)}
              </li>
            ))}
          </ul>
        )}
      </div>
    )
  }
  return (
    <div className="field">
      <p className="label">{label}</p>
      <p>{value === null && emptyLabel !== undefined ? emptyLabel : cellOf(kind, value, emails)}</p>
    </div>
  )
}

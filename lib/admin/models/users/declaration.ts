import { idsBySecondFactor, withSecondFactorWhere } from '../../../credentials/second-factors.ts'
import { database } from '../../../db/client.ts'
import { accountColumns, type OwnerEditable, ownerEditable, textColumns } from '../../../fields/account.ts'
import { MAX_ID } from '../../../fields/choice.ts'
import { type FieldOptions, fieldOptions } from '../../../fields/text.ts'
import { phoneHint } from '../../../users/phone.ts'
import { type ListedUser, userItem } from '../../../users/user.ts'
import { type AdminField, modelAdmin } from '../../core/declaration.ts'

async function groupOptions() {
  const groups = await database().group.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } })
  return groups.map(({ id, name }) => ({ value: String(id), label: name }))
}

async function membersOf(group: string | number | boolean, take: number): Promise<number[]> {
  const rows = await database().userGroup.findMany({ where: { groupId: Number(group) }, select: { userId: true }, take })
  return rows.map(({ userId }) => userId)
}

const group = { field: 'group', label: 'Group', options: groupOptions }

/** The fields that owners edit themselves, as plain text fields. */
const ownerFields = Object.fromEntries(
  textColumns
    .filter((field): field is OwnerEditable => field !== 'email')
    .map((field) => {
      const { column, input } = accountColumns[field]
      const { label, blank = false } = fieldOptions(input) as FieldOptions
      return [field, { label, kind: 'text', column, blank }]
    }),
) as Record<OwnerEditable, AdminField>

/** Django's UserAdmin, for the fields of this user model. */
export const userAdmin = modelAdmin({
  appLabel: 'accounts',
  model: 'user',
  path: 'users',
  verboseName: 'user',
  verboseNamePlural: 'users',
  exported: true,
  delegate: 'user',
  table: 'accounts_user',
  key: { column: 'id', max: MAX_ID },
  fields: {
    id: { label: 'ID', kind: 'integer', column: 'id' },
    email: { label: 'Email address', kind: 'email', column: 'email' },
    password: { label: 'Password', kind: 'password' },
    password1: { label: 'Password', kind: 'password' },
    password2: { label: 'Password confirmation', kind: 'password', helpText: 'Enter the same password as before, for verification.' },
    sign_in_by: { label: 'How the owner signs in', kind: 'choice' },
    ...ownerFields,
    phone: {
      label: 'Phone',
      kind: 'code',
      column: 'phone',
      inputType: 'tel',
      get helpText() {
        return phoneHint()
      },
    },
    username: {
      label: 'Username',
      kind: 'code',
      column: 'username',
      helpText: 'Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.',
    },
    email_verified: { label: 'Email confirmed', kind: 'boolean' },
    second_factor: { label: 'Second factor', kind: 'boolean' },
    is_active: {
      label: 'Active',
      kind: 'boolean',
      column: 'isActive',
      helpText: 'Designates whether this user should be treated as active. Unselect this instead of deleting accounts.',
    },
    is_staff: {
      label: 'Staff status',
      kind: 'boolean',
      column: 'isStaff',
      helpText: 'Designates whether the user can log into this admin site.',
    },
    is_superuser: {
      label: 'Superuser status',
      kind: 'boolean',
      column: 'isSuperuser',
      helpText: 'Designates that this user has all permissions without explicitly assigning them.',
    },
    groups: {
      label: 'Groups',
      kind: 'groups',
      through: { relation: 'groups', table: 'accounts_user_groups' },
      helpText: 'The groups this user belongs to. A user will get all permissions granted to each of their groups.',
    },
    user_permissions: {
      label: 'User permissions',
      kind: 'permissions',
      through: { relation: 'permissions', table: 'accounts_user_user_permissions' },
      helpText: 'Specific permissions for this user.',
    },
    last_login: { label: 'Last login', kind: 'datetime', column: 'lastLogin', nullable: true, emptyLabel: 'Never' },
    date_joined: { label: 'Date joined', kind: 'datetime', column: 'dateJoined' },
  },
  listDisplay: ['email', 'name', 'phone', 'is_staff', 'is_active'],
  listOptional: ['email_verified', 'second_factor', 'is_superuser', 'last_login', 'date_joined', 'username', 'first_name', 'last_name'],
  sortableBy: ['email', 'name', 'phone', 'is_staff', 'is_active', 'is_superuser', 'last_login', 'date_joined'],
  showFacets: 'always',
  listFilter: [
    { field: 'is_staff', title: 'staff status', kind: 'boolean' },
    { field: 'is_active', title: 'active', kind: 'boolean' },
    { field: 'is_superuser', title: 'superuser status', kind: 'boolean' },
    {
      field: 'groups',
      title: 'groups',
      kind: 'reference',
      where: (groupId) => ({ groups: { some: { groupId } } }),
      keys: membersOf,
      options: groupOptions,
      optionsPage: '/admin/groups',
    },
    { field: 'email_verified', title: 'email confirmed', kind: 'isSet', column: 'emailVerifiedAt' },
    {
      field: 'second_factor',
      title: 'second factor',
      kind: 'boolean',
      where: (has) => (has ? { ...withSecondFactorWhere() } : { NOT: withSecondFactorWhere() }),
      keys: (has, take) => idsBySecondFactor(has === true, take),
    },
    { field: 'joined', title: 'date joined', kind: 'period', column: 'dateJoined' },
    { field: 'joined_since', title: 'joined since', kind: 'since', column: 'dateJoined' },
    { field: 'joined_until', title: 'joined before', kind: 'until', column: 'dateJoined' },
  ],
  searchFields: ['email', 'name', 'phone'],
  searchIndex: 'accounts_user_search',
  ordering: ['email'],
  fieldsets: [
    { name: null, fields: ['email', 'password'] },
    { name: 'Personal info', fields: ownerEditable },
    { name: 'Permissions', fields: ['is_active', 'is_staff', 'is_superuser', 'groups', 'user_permissions'] },
    { name: 'Important dates', fields: ['last_login', 'date_joined'] },
  ],
  addFieldsets: [{ name: null, fields: ['email', 'name', 'phone', 'sign_in_by', 'password1', 'password2'] }],
  readonlyFields: ['password', 'last_login', 'date_joined'],
  sensitiveFields: ['email', 'is_active', 'is_staff', 'is_superuser'],
  addLeadsToObject: true,
  actions: [
    { name: 'activate', description: 'Activate selected users', permission: 'accounts.change_user' },
    { name: 'deactivate', description: 'Deactivate selected users', permission: 'accounts.change_user', asks: 'Deactivate…' },
    { name: 'end_sessions', description: 'End the sessions of selected users', permission: 'accounts.change_user' },
    { name: 'send_reset', description: 'Send selected users a link to choose a new password', permission: 'accounts.change_user' },
    { name: 'resend_verification', description: 'Ask selected users again to confirm their address', permission: 'accounts.change_user' },
    { name: 'add_to_group', description: 'Add selected users to the group', permission: 'accounts.change_user', argument: group },
    { name: 'remove_from_group', description: 'Remove selected users from the group', permission: 'accounts.change_user', argument: group },
    { name: 'export', description: 'Export selected users as CSV', permission: 'accounts.view_user', download: true },
    { name: 'delete', description: 'Delete selected users', permission: 'accounts.delete_user', asks: 'Delete…' },
  ],
  read: { include: { totpDevice: { select: { confirmedAt: true } }, passkeys: { select: { rpId: true } } } },
  items: (rows: ListedUser[]) => rows.map(userItem),
})

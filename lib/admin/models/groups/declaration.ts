import { modelAdmin } from '../../core/declaration.ts'

export interface GroupItem {
  id: number
  name: string
}

/** Django's GroupAdmin. */
export const groupAdmin = modelAdmin<GroupItem, 'name' | 'permissions'>({
  appLabel: 'auth',
  model: 'group',
  path: 'groups',
  verboseName: 'group',
  verboseNamePlural: 'groups',
  delegate: 'group',
  table: 'auth_group',
  key: { column: 'id' },
  fields: {
    name: { label: 'Name', kind: 'text', column: 'name', maxLength: 150, unique: true },
    permissions: {
      label: 'Permissions',
      kind: 'permissions',
      through: { relation: 'permissions', table: 'auth_group_permissions' },
      helpText: 'What every member of this group may do.',
    },
  },
  listDisplay: ['name'],
  sortableBy: ['name'],
  searchFields: ['name'],
  ordering: ['name'],
  fieldsets: [{ name: null, fields: ['name', 'permissions'] }],
  addFieldsets: [{ name: null, fields: ['name', 'permissions'] }],
  related: [{ name: 'members', label: 'Memberships', relation: 'users', table: 'accounts_user_groups' }],
})

import { database } from '../../db/client.ts'
import { modelAdmin } from '../declaration.ts'

export interface GroupItem {
  id: number
  name: string
}

/** Django's GroupAdmin. */
export const groupAdmin = modelAdmin({
  appLabel: 'auth',
  model: 'group',
  path: 'groups',
  verboseName: 'group',
  verboseNamePlural: 'groups',
  table: 'auth_group',
  key: { column: 'id' },
  fields: {
    name: { label: 'Name', kind: 'text', column: 'name' },
    permissions: { label: 'Permissions', kind: 'permissions' },
  },
  listDisplay: ['name'],
  sortableBy: ['name'],
  searchFields: ['name'],
  ordering: ['name'],
  fieldsets: [{ name: null, fields: ['name', 'permissions'] }],
  addFieldsets: [{ name: null, fields: ['name', 'permissions'] }],
  load: async (ids: number[]): Promise<GroupItem[]> =>
    database().group.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
})

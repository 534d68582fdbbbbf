import { allGroups } from '#lib/admin/groups/read-group'
import { userAdmin } from '#lib/admin/users/declaration'
import { viewOf } from '../_list/list-view.ts'

export const userView = viewOf(userAdmin, {
  references: async () => ({ groups: (await allGroups()).map(({ id, name }) => ({ value: String(id), label: name })) }),
})

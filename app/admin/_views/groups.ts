import { groupAdmin } from '#lib/admin/groups/declaration'
import { viewOf } from '../_list/list-view.ts'

export const groupView = viewOf(groupAdmin, {
  empty: 'There are no groups yet. A group gives its members permissions, all at once.',
})

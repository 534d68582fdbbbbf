import { groupAdmin } from '#lib/admin/models/groups/declaration'
import type { GroupDetail } from '#lib/admin/models/groups/read-group'
import { hasPermission } from '#lib/permissions/user-permissions'
import { formatCount } from '../../_ui/format-text.ts'
import { objectViewOf, viewOf } from './view.ts'

export const groupView = viewOf(groupAdmin, {
  empty: 'There are no groups yet. A group gives its members permissions, all at once.',
})

export const groupObjectView = objectViewOf<GroupDetail>(groupAdmin, {
  lead: ({ id, members }, { permissions }) => {
    const words = formatCount(members, 'member', 'members')
    return hasPermission(permissions, 'accounts.view_user') ? <a href={`/admin/users?groups=${id}`}>{words}</a> : words
  },
  deleteWords: ({ name }) => (
    <>
      The group <strong dir="auto">{name}</strong> is deleted. Its members stay, without what it gave them.
    </>
  ),
})

/** The objects whose pages show something otherwise than their declarations say. */
import { groupAdmin } from '#lib/admin/models/groups/declaration'
import type { GroupDetail } from '#lib/admin/models/groups/read-group'
import { userAdmin } from '#lib/admin/models/users/declaration'
import { hasPermission } from '#lib/permissions/user-permissions'
import { formatCount } from '../../_ui/format-text.ts'
import { userView } from './users.tsx'
import type { ObjectView } from './view.ts'

const groupView: ObjectView<GroupDetail> = {
  lead: ({ id, members }, { permissions }) => {
    const words = formatCount(members, 'member', 'members')
    return hasPermission(permissions, 'accounts.view_user') ? <a href={`/admin/users?groups=${id}`}>{words}</a> : words
  },
  deleteWords: ({ name }) => (
    <>
      The group <strong dir="auto">{name}</strong> is deleted. Its members stay, without what it gave them.
    </>
  ),
}

/** By their models' paths. */
export const objectViews: ReadonlyMap<string, ObjectView> = new Map<string, ObjectView>([
  [userAdmin.path, userView],
  [groupAdmin.path, groupView],
])

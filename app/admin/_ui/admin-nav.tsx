import { listTitle, permissionFor } from '#lib/admin/core/declaration'
import { models } from '#lib/admin/registry'
import { hasPermission, type PermissionName } from '#lib/permissions/user-permissions'
import { ADMIN_PAGE } from '#lib/web/routes'
import { currentPath } from '../../_request.ts'
import { PostButton } from '../../_ui/post-button.tsx'
import { Tabs } from '../../_ui/tabs.tsx'
import { currentStaff } from '../_request.ts'

const SECTIONS: { href: string; name: string; permission: PermissionName | null }[] = [
  { href: ADMIN_PAGE, name: 'Overview', permission: null },
  ...models.map((model) => ({ href: `/admin/${model.path}`, name: listTitle(model), permission: permissionFor(model, 'view') })),
  { href: '/admin/throttles', name: 'Throttles', permission: 'accounts.view_throttlecounter' },
]

/** The admin area's navigation and sign-out. It comes before `main`, so the skip link skips it, too. */
export async function AdminNav() {
  const path = (await currentPath()).split('?')[0]?.replace(/\/$/, '') ?? ''
  if (path !== ADMIN_PAGE && !path.startsWith(`${ADMIN_PAGE}/`)) return null
  const staff = await currentStaff().catch(() => null)
  if (!staff) return null
  const visible = SECTIONS.filter(({ permission }) => permission === null || hasPermission(staff.permissions, permission))
  const tabs = visible.map(({ href, name }) => [href, name] as const)
  return (
    <div className="page page-wide admin-nav">
      <Tabs label="Admin" path={path} tabs={tabs} />
      <div className="admin-account row hint">
        <bdi title="Signed in as">{staff.principal.user.email}</bdi>
        <PostButton action="/api/accounts/logout/" look="button button-secondary button-small">
          Sign out
        </PostButton>
      </div>
    </div>
  )
}

import { listTitle, permissionFor } from '#lib/admin/declaration'
import { models } from '#lib/admin/registry'
import { hasPermission, type PermissionName } from '#lib/permissions/user-permissions'
import { ADMIN_PAGE } from '#lib/web/routes'
import { currentPath } from '../../_request.ts'
import { PostButton } from '../../_ui/post-button.tsx'
import { currentStaff } from '../_staff.ts'

const SECTIONS: [href: string, name: string, permission: PermissionName | null][] = [
  [ADMIN_PAGE, 'Overview', null],
  ...models.map((model) => [`/admin/${model.path}`, listTitle(model), permissionFor(model, 'view')] as [string, string, PermissionName]),
  ['/admin/throttles', 'Throttles', 'accounts.view_throttlecounter'],
]

/** The admin area's navigation and sign-out. It comes before `main`, so the skip link skips it, too. */
export async function AdminNav() {
  const path = (await currentPath()).split('?')[0]?.replace(/\/$/, '') ?? ''
  if (path !== ADMIN_PAGE && !path.startsWith(`${ADMIN_PAGE}/`)) return null
  const staff = await currentStaff().catch(() => null)
  if (!staff) return null
  return (
    <div className="page page-wide admin-nav">
      <nav aria-label="Admin">
        <ul className="tabs">
          {SECTIONS.filter(([, , permission]) => permission === null || hasPermission(staff.permissions, permission)).map(
            ([href, name]) => (
              <li key={href}>
                <a
                  href={href}
                  aria-current={path === href ? 'page' : href !== ADMIN_PAGE && path.startsWith(`${href}/`) ? 'true' : undefined}
                >
                  {name}
                </a>
              </li>
            ),
          )}
        </ul>
      </nav>
      <div className="admin-account row hint">
        <bdi title="Signed in as">{staff.principal.user.email}</bdi>
        <PostButton action="/api/accounts/logout/" look="button button-secondary button-small">
          Sign out
        </PostButton>
      </div>
    </div>
  )
}

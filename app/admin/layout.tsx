import { listTitle, permissionFor } from '#lib/admin/declaration'
import { models } from '#lib/admin/registry'
import { may, type PermissionName } from '#lib/users/rights'
import { currentPath } from '../_request.ts'
import { ReloadWhenRestored } from '../_ui/reload-when-restored.tsx'
import { currentFlash } from './_flash.ts'
import { currentStaff } from './_staff.ts'
import { adminStatus } from './_ui/admin-words.ts'

const SECTIONS: [href: string, name: string, permission: PermissionName | null][] = [
  ['/admin', 'Overview', null],
  ...models.map((model) => [`/admin/${model.path}`, listTitle(model), permissionFor(model, 'view')] as [string, string, PermissionName]),
  ['/admin/throttles', 'Throttles', 'accounts.view_throttlecounter'],
]

/** The frame of the admin area. It locks nothing: each page asks for itself who is there. */
export default async function AdminLayout({ children }: LayoutProps<'/admin'>) {
  const staff = await currentStaff().catch(() => null)
  const path = (await currentPath()).split('?')[0]?.replace(/\/$/, '') ?? ''
  const status = adminStatus(await currentFlash())
  return (
    <div className="admin">
      <ReloadWhenRestored />
      {staff && (
        <nav className="admin-nav" aria-label="Admin">
          <ul>
            {SECTIONS.filter(([, , permission]) => permission === null || may(staff.rights, permission)).map(([href, name]) => (
              <li key={href}>
                <a
                  href={href}
                  aria-current={path === href ? 'page' : href !== '/admin' && path.startsWith(`${href}/`) ? 'true' : undefined}
                >
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {status && (
        <p className="status" role="status" dir="auto">
          {status}
        </p>
      )}
      {children}
    </div>
  )
}

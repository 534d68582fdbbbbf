import { listTitle, permissionFor } from '#lib/admin/declaration'
import { models } from '#lib/admin/registry'
import { may, type PermissionName } from '#lib/users/rights'
import { currentPath, shortcutsOn } from '../_request.ts'
import { ReloadWhenRestored } from '../_ui/reload-when-restored.tsx'
import { currentFlash } from './_flash.ts'
import { currentStaff } from './_staff.ts'
import { adminStatus, type Status } from './_ui/admin-words.ts'
import { Shortcuts } from './_ui/shortcuts.tsx'

const SECTIONS: [href: string, name: string, permission: PermissionName | null][] = [
  ['/admin', 'Overview', null],
  ...models.map((model) => [`/admin/${model.path}`, listTitle(model), permissionFor(model, 'view')] as [string, string, PermissionName]),
  ['/admin/throttles', 'Throttles', 'accounts.view_throttlecounter'],
]

/** With the object's name as the way to it (Django's messages). */
function StatusText({ text, object }: Status) {
  const at = object === null ? -1 : text.indexOf(`“${object.name}”`) + 1
  if (object === null || at < 1) return text
  return (
    <>
      {text.slice(0, at)}
      <a href={object.href}>{object.name}</a>
      {text.slice(at + object.name.length)}
    </>
  )
}

/** The frame of the admin area. It locks nothing: each page asks for itself who is there. */
export default async function AdminLayout({ children }: LayoutProps<'/admin'>) {
  const staff = await currentStaff().catch(() => null)
  const path = (await currentPath()).split('?')[0]?.replace(/\/$/, '') ?? ''
  const status = adminStatus(await currentFlash(), path)
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
          <StatusText {...status} />
        </p>
      )}
      {children}
      {staff && <Shortcuts on={await shortcutsOn()} page={await currentPath()} />}
    </div>
  )
}

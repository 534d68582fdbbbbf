import { currentPath } from '../_request.ts'
import { ReloadOnBfcacheRestore } from '../_ui/reload-on-bfcache-restore.tsx'
import { currentFlash } from './_request.ts'
import { adminStatus, type Status } from './_ui/admin-messages.ts'

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

/** The frame of the admin area's pages, below its navigation (app/layout.tsx). It locks nothing: each page asks for itself who is there. */
export default async function AdminLayout({ children }: LayoutProps<'/admin'>) {
  const path = (await currentPath()).split('?')[0]?.replace(/\/$/, '') ?? ''
  const status = adminStatus(await currentFlash(), path)
  return (
    <div className="page page-wide admin stack-loose">
      <ReloadOnBfcacheRestore />
      {status && (
        <p className="status" role="status" dir="auto">
          <StatusText {...status} />
        </p>
      )}
      {children}
    </div>
  )
}

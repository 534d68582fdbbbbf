import { currentPath } from '../_request.ts'
import { ReloadOnBfcacheRestore } from '../_ui/reload-on-bfcache-restore.tsx'
import { Tabs } from '../_ui/tabs.tsx'

const SECTIONS = [
  ['/settings/profile', 'Profile'],
  ['/settings/email', 'Email address'],
  ['/settings/password', 'Password'],
  ['/settings/security', 'Security'],
  ['/settings/sessions', 'Sessions'],
  ['/settings/data', 'Your data'],
] as const

/** The frame of the settings. It locks nothing: each page asks for itself who is there. */
export default async function SettingsLayout({ children }: LayoutProps<'/settings'>) {
  const [path = ''] = (await currentPath()).split('?')
  return (
    <div className="page settings">
      <ReloadOnBfcacheRestore />
      <Tabs label="Settings" path={path} tabs={SECTIONS} />
      {children}
    </div>
  )
}

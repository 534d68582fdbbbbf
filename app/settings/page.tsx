import { redirect } from 'next/navigation'

/** There is no page of all settings: the first one stands for them. */
export default function SettingsPage() {
  redirect('/settings/profile')
}

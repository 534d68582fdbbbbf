import { userAdmin } from '#lib/admin/models/users/declaration'
import { ConfirmAction } from '../../_list/confirm-action.tsx'

export const metadata = { title: 'Deactivate users' }

export default async function DeactivateUsersPage({ searchParams }: PageProps<'/admin/users/deactivate'>) {
  return (
    <ConfirmAction admin={userAdmin} name="deactivate" query={await searchParams} unchanged="No one has been deactivated.">
      These accounts are signed out at once, and no one can sign in to them until you activate them again. Links that were emailed to their
      owners stop working.
    </ConfirmAction>
  )
}

import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { pageTitle } from '../../../_ui/page-title.ts'
import { chosenUsers } from '../../_list/chosen-users.ts'
import { UsersConfirmation } from '../../_ui/users-confirmation.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Deactivate users') }
}

/** Asks before several accounts are deactivated; the list's form leads here. */
export default async function DeactivateUsersPage({ searchParams }: PageProps<'/admin/users/deactivate'>) {
  const chosen = await chosenUsers('/admin/users/deactivate', permissionFor(userAdmin, 'change'), await searchParams)
  return (
    <UsersConfirmation chosen={chosen} action="deactivate" verb="Deactivate" unchanged="No one has been deactivated.">
      These accounts are signed out at once, and no one can sign in to them until you activate them again. Links that were emailed to their
      owners stop working.
    </UsersConfirmation>
  )
}

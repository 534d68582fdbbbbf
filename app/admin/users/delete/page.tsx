import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { MAX_AT_ONCE } from '#lib/admin/users/action-fields'
import { userAdmin } from '#lib/admin/users/declaration'
import { deletionPreview } from '#lib/admin/users/delete-user'
import { pageTitle } from '../../../_ui/page-title.ts'
import { chosenUsers } from '../../_list/chosen-users.ts'
import { UsersConfirmation } from '../../_ui/users-confirmation.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Delete users') }
}

/** Asks before several accounts are deleted; the list's form leads here. */
export default async function DeleteUsersPage({ searchParams }: PageProps<'/admin/users/delete'>) {
  const chosen = await chosenUsers('/admin/users/delete', permissionFor(userAdmin, 'delete'), await searchParams)
  const related = await deletionPreview(...chosen.ids.slice(0, MAX_AT_ONCE))
  return (
    <UsersConfirmation chosen={chosen} action="delete" verb="Delete" unchanged="Nothing has been deleted." related={related}>
      These accounts are deleted at once, with everything that is kept about them, and cannot be had back.
    </UsersConfirmation>
  )
}

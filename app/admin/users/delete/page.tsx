import { userAdmin } from '#lib/admin/models/users/declaration'
import { deletionImpact } from '#lib/users/delete-account'
import { ConfirmAction } from '../../_list/confirm-action.tsx'

export const metadata = { title: 'Delete users' }

export default async function DeleteUsersPage({ searchParams }: PageProps<'/admin/users/delete'>) {
  return (
    <ConfirmAction
      admin={userAdmin}
      name="delete"
      query={await searchParams}
      unchanged="Nothing has been deleted."
      preview={deletionImpact}
    >
      These accounts are deleted at once, with everything that is kept about them, and cannot be had back.
    </ConfirmAction>
  )
}

import { detailShape, endpoint } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { LOGIN_PAGE } from '../../web/routes.ts'
import { deleteAccount } from './delete-account.ts'
import { CONFIRMATION, deletionSchema, deletionUndoSchema } from './schema.ts'
import { UNDO_PAGE, undoDeletion } from './undo-deletion.ts'

export const deleteAccountEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/me/',
    name: 'Me',
    description: 'Deletes the account, at once or when the time to restore it is over',
    operationId: 'deleteAccount',
    summary: 'Delete the account',
    tag: 'Account',
    responses: { 204: null },
    // Where other tables forbid the deletion.
    errorStatuses: [409],
    input: deletionSchema,
  },
  policy: { access: 'authenticated', currentPassword: 'password', throttle: { policy: 'change' } },
  form: {
    page: '/settings/data',
    success: LOGIN_PAGE,
    get status() {
      return settings().ACCOUNT_DELETION_GRACE > 0 ? 'account_closed' : 'account_deleted'
    },
  },
  // Only people confirm by typing a word; an API call is no accident.
  prepareInput: (data, client) => (client === 'api' ? { ...data, confirmation: CONFIRMATION } : data),
  run: deleteAccount,
})

export const undoDeletionEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/account-deletion/undo/',
    name: 'Undo Account Deletion',
    description: 'Restores an account that is to be deleted, by the link of its email',
    operationId: 'undoAccountDeletion',
    summary: 'Restore a deleted account',
    tag: 'Account',
    responses: { 200: detailShape },
    input: deletionUndoSchema,
  },
  policy: { access: 'public', throttle: { policy: 'confirm' } },
  form: { page: UNDO_PAGE, success: LOGIN_PAGE, status: 'account_restored' },
  run: undoDeletion,
})

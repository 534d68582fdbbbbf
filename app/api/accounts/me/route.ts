import { deleteAccountEndpoint } from '#lib/accounts/account-deletion/endpoints'
import { meEndpoint, updateProfileEndpoint } from '#lib/accounts/profile/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(meEndpoint, updateProfileEndpoint, deleteAccountEndpoint)

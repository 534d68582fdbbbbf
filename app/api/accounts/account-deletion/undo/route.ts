import { undoDeletionEndpoint } from '#lib/accounts/account-deletion/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(undoDeletionEndpoint)

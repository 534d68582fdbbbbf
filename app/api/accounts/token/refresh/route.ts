import { tokenRefreshEndpoint } from '#lib/accounts/token-refresh/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(tokenRefreshEndpoint)

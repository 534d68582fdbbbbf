import { logoutEndpoint } from '#lib/accounts/logout/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(logoutEndpoint)

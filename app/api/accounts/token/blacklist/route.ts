import { tokenBlacklistEndpoint } from '#lib/accounts/token-blacklist/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(tokenBlacklistEndpoint)

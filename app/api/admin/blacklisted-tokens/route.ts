import { listBlacklistedTokensEndpoint } from '#lib/admin/models/tokens/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(listBlacklistedTokensEndpoint)

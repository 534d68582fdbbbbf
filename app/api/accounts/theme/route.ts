import { themeEndpoint } from '#lib/accounts/theme/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(themeEndpoint)

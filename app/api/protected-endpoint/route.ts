import { protectedEndpoint } from '#lib/accounts/profile/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(protectedEndpoint)

import { jwksEndpoint } from '#lib/accounts/jwks/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(jwksEndpoint)

import { unavailableEndpoint } from '#lib/accounts/unavailable/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(unavailableEndpoint)

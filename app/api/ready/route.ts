import { readyEndpoint } from '#lib/health/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(readyEndpoint)

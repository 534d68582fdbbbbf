import { serve } from '#lib/http/serve'
import { readyEndpoint } from '#lib/service/endpoints'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(readyEndpoint)

import { serve } from '#lib/http/serve'
import { schemaEndpoint } from '#lib/openapi/endpoints'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(schemaEndpoint)

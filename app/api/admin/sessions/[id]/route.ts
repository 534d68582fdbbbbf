import { endOneSessionEndpoint } from '#lib/admin/models/sessions/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(endOneSessionEndpoint)

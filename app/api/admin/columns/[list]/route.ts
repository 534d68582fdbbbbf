import { chooseColumnsEndpoint } from '#lib/admin/columns/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(chooseColumnsEndpoint)

import { listPermissionsEndpoint } from '#lib/admin/choices/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(listPermissionsEndpoint)

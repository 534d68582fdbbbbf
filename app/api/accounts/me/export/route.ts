import { exportDataEndpoint } from '#lib/accounts/data-export/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(exportDataEndpoint)

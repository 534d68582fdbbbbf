import { exportAuditEndpoint } from '#lib/admin/audit/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(exportAuditEndpoint)

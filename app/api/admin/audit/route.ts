import { listAuditEndpoint } from '#lib/admin/models/audit/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(listAuditEndpoint)

import { objectListEndpoints } from '#lib/admin/core/endpoints'
import { serveEach } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serveEach(objectListEndpoints)

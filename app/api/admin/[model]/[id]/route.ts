import { objectEndpointsOfOne } from '#lib/admin/core/endpoints'
import { serveEach } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serveEach(objectEndpointsOfOne)

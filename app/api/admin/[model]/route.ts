import { objectListEndpoints } from '#lib/admin/objects/endpoints'
import { serveEach } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serveEach(objectListEndpoints)

import { changeGroupEndpoint, deleteGroupEndpoint, readGroupEndpoint } from '#lib/admin/groups/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(readGroupEndpoint, changeGroupEndpoint, deleteGroupEndpoint)

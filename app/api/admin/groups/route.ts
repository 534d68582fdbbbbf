import { addGroupEndpoint, listGroupsEndpoint } from '#lib/admin/groups/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(listGroupsEndpoint, addGroupEndpoint)

import { resetSecondFactorEndpoint } from '#lib/admin/models/users/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(resetSecondFactorEndpoint)

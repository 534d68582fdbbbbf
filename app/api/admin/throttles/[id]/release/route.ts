import { releaseThrottleEndpoint } from '#lib/admin/throttles/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(releaseThrottleEndpoint)

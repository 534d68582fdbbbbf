import { forgetTrustedDevicesEndpoint } from '#lib/accounts/second-factor/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(forgetTrustedDevicesEndpoint)

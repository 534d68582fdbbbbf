import { reauthenticateEndpoint } from '#lib/accounts/reauthentication/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(reauthenticateEndpoint)

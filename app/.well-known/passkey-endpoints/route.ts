import { passkeyEndpointsUrlEndpoint } from '#lib/accounts/passkeys/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(passkeyEndpointsUrlEndpoint)

import { tokenVerifyEndpoint } from '#lib/accounts/token-verify/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(tokenVerifyEndpoint)

import { requestEmailLoginEndpoint } from '#lib/accounts/email-login/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(requestEmailLoginEndpoint)

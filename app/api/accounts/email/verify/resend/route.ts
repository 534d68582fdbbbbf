import { resendVerificationEndpoint } from '#lib/accounts/email-verification/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(resendVerificationEndpoint)

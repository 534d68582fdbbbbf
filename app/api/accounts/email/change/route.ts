import { emailChangeCancelEndpoint, emailChangeEndpoint } from '#lib/accounts/email-change/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(emailChangeEndpoint, emailChangeCancelEndpoint)

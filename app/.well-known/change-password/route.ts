import { changePasswordUrlEndpoint } from '#lib/accounts/password-change/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(changePasswordUrlEndpoint)

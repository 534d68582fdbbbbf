import { signupEndpoint } from '#lib/accounts/signup/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(signupEndpoint)

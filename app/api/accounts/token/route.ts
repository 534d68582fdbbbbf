import { tokenObtainEndpoint } from '#lib/accounts/token-obtain/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(tokenObtainEndpoint)

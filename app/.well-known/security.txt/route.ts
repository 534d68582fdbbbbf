import { securityTxtEndpoint } from '#lib/accounts/security-contact/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(securityTxtEndpoint)

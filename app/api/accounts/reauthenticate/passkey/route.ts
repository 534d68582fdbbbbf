import { passkeyConfirmationEndpoint } from '#lib/accounts/passkey-login/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(passkeyConfirmationEndpoint)

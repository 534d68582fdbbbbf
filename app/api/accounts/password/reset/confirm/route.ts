import { passwordResetConfirmEndpoint } from '#lib/accounts/password-reset/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(passwordResetConfirmEndpoint)

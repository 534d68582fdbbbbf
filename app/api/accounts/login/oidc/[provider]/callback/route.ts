import { externalLoginCallbackEndpoint, postedCallbackEndpoint } from '#lib/accounts/external-accounts/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(externalLoginCallbackEndpoint, postedCallbackEndpoint)

import { shortcutsEndpoint } from '#lib/accounts/shortcuts/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(shortcutsEndpoint)

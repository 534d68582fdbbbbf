import { listOutboxEndpoint } from '#lib/admin/models/outbox/endpoints'
import { serve } from '#lib/http/serve'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(listOutboxEndpoint)

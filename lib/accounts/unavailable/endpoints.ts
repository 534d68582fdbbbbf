import { ServiceUnavailable } from '../../errors.ts'
import { endpoint } from '../../http/endpoint.ts'

/** How long people are told to wait, in seconds. */
const RETRY_AFTER = 5

/**
 * Where a page leads that cannot ask for its visitor's session, because the database is away: the error page that needs
 * nothing else to load. An error thrown while Next renders a page becomes a document that is empty without JavaScript.
 */
export const unavailableEndpoint = endpoint({
  method: 'GET',
  path: '/problem/',
  name: 'Problem',
  description: 'Says that the service is not available.',
  access: 'public',
  form: { page: '/', success: '/' },
  run: async () => {
    throw new ServiceUnavailable('database_unavailable', RETRY_AFTER)
  },
})

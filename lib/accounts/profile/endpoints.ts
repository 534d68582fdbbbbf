import { endpoint } from '../../http/endpoint.ts'
import { ownUser, publicUser } from '../../users/public-user.ts'

export const meEndpoint = endpoint({
  method: 'GET',
  path: '/api/accounts/me/',
  name: 'Me',
  description: 'The account that the request belongs to',
  access: 'authenticated',
  run: async (_input, { principal }) => ({ body: principal && ownUser(principal.user) }),
})

/** The tutorial's example of a protected view. */
export const protectedEndpoint = endpoint({
  method: 'GET',
  path: '/api/protected-endpoint/',
  name: 'Protected Endpoint',
  description: 'Protected endpoint that requires authentication',
  access: 'authenticated',
  run: async (_input, { principal }) => ({ body: principal && publicUser(principal.user) }),
})

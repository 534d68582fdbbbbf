import { endpoint } from '../../http/endpoint.ts'
import { refreshedShape, refreshTokenSchema } from '../../tokens/refresh-token.ts'
import { refreshTokens } from './refresh-tokens.ts'

export const tokenRefreshEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/token/refresh/',
    name: 'Token Refresh',
    description: 'Takes a refresh type JSON web token and returns an access type JSON web\ntoken if the refresh token is valid.',
    operationId: 'refreshTokens',
    summary: 'Refresh the access token',
    tag: 'Tokens',
    responses: { 200: refreshedShape },
    errorStatuses: [401],
    input: refreshTokenSchema,
    metadata: { readOnly: ['access'] },
  },
  policy: { access: 'public', throttle: { policy: 'refresh' } },
  run: refreshTokens,
})

import { emptyShape, endpoint } from '../../http/endpoint.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { refreshTokenSchema } from '../../tokens/refresh-token.ts'

export const tokenBlacklistEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/token/blacklist/',
    name: 'Token Blacklist',
    description: 'Takes a token and blacklists it. Must be used with the\n`rest_framework_simplejwt.token_blacklist` app installed.',
    operationId: 'blacklistToken',
    summary: 'Blacklist a refresh token',
    tag: 'Tokens',
    responses: { 200: emptyShape },
    errorStatuses: [401],
    input: refreshTokenSchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'refresh' } },
  run: async ({ refresh }, context) => {
    await blacklistRefreshToken(refresh, context)
    return { body: {} }
  },
})

import { endpoint } from '../../http/endpoint.ts'
import { emptyShape } from '../../http/response-shapes.ts'
import { tokenVerifySchema } from './schema.ts'
import { verifyAnyToken } from './verify-any-token.ts'

export const tokenVerifyEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/token/verify/',
    name: 'Token Verify',
    description:
      "Takes a token and indicates if it is valid.  This view provides no\ninformation about a token's fitness for a particular use.",
    operationId: 'verifyToken',
    summary: 'Verify a token',
    tag: 'Tokens',
    responses: { 200: emptyShape },
    errorStatuses: [401],
    input: tokenVerifySchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'refresh' } },
  run: verifyAnyToken,
})

import { endpoint } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { obtainTokenPair } from './obtain-token-pair.ts'
import { tokenObtainSchema } from './schema.ts'

export const tokenObtainEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/token/',
    name: 'Token Obtain Pair',
    description:
      'Takes a set of user credentials and returns an access and refresh JSON web\ntoken pair to prove the authentication of those credentials.',
    operationId: 'obtainTokens',
    summary: 'Obtain a pair of tokens',
    tag: 'Tokens',
    responses: { 200: tokenPairShape },
    errorStatuses: [401],
    input: tokenObtainSchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'login', account: ({ email }) => email } },
  run: obtainTokenPair,
})

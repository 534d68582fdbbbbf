import { endpoint } from '../../http/endpoint.ts'
import { emptyShape } from '../../http/response-shapes.ts'
import { refreshTokenSchema } from '../../tokens/refresh-token.ts'
import { LOGIN_PAGE } from '../../web/routes.ts'
import { logOut } from './log-out.ts'

export const logoutEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/logout/',
    name: 'Token Blacklist',
    description: 'Takes a token and blacklists it. Must be used with the\n`rest_framework_simplejwt.token_blacklist` app installed.',
    operationId: 'logOut',
    summary: 'Log out',
    tag: 'Sign-up and login',
    responses: { 200: emptyShape },
    errorStatuses: [401],
    input: refreshTokenSchema,
    metadata: { readOnly: [] },
  },
  policy: { access: 'public', throttle: { policy: 'refresh' } },
  form: { page: '/dashboard', success: LOGIN_PAGE, status: 'signed_out' },
  // A browser's form names no token: its session is the cookie's.
  prepareInput: (data, client) => (client === 'browser' ? { ...data, refresh: 'cookie' } : data),
  run: logOut,
})

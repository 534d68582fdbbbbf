import { endpoint } from '../../http/endpoint.ts'
import { detailShape } from '../../http/response-shapes.ts'
import { AFTER_LOGIN, REAUTHENTICATE_PAGE } from '../../web/routes.ts'
import { reauthenticate } from './reauthenticate.ts'
import { reauthenticationSchema } from './schema.ts'

export const reauthenticateEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/reauthenticate/',
    name: 'Reauthenticate',
    description: 'Takes the password again, before what a stolen session must not do',
    operationId: 'reauthenticate',
    summary: 'Enter the password again',
    tag: 'Sessions',
    responses: { 200: detailShape },
    input: reauthenticationSchema,
  },
  policy: {
    access: 'authenticated',
    // A stolen session must not guess what a login may not: both are counted together.
    throttle: { policy: 'login', account: (_input, { principal }) => principal.user.email },
  },
  form: { page: REAUTHENTICATE_PAGE, success: AFTER_LOGIN, status: 'reauthenticated' },
  run: reauthenticate,
})

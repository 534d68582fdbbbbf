import { comparePasswords } from '../../fields/new-password.ts'
import { endpoint } from '../../http/endpoint.ts'
import { detailShape } from '../../http/response-shapes.ts'
import { changePassword, checkNewPassword } from './change-password.ts'
import { changePasswordSchema } from './schema.ts'

const PAGE = '/settings/password'

export const passwordChangeEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/password/change/',
    name: 'Password Change',
    description: 'Changes the password. Requires the current one.',
    operationId: 'changePassword',
    summary: 'Change the password',
    tag: 'Password',
    responses: { 200: detailShape },
    input: changePasswordSchema,
  },
  policy: { access: 'authenticated', throttle: { policy: 'change' } },
  form: { page: PAGE, success: PAGE, currentPassword: 'current_password' },
  validate: checkNewPassword,
  refine: comparePasswords,
  run: changePassword,
})

/** Leads password managers to the form (W3C: A Well-Known URL for Changing Passwords). */
export const changePasswordUrlEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/.well-known/change-password/',
    name: 'Change Password',
    description: 'Leads to the page on which the password is changed.',
    operationId: 'getChangePasswordPage',
    summary: 'Find the page to change the password',
    tag: 'Password',
    responses: { 303: null },
  },
  policy: { access: 'public' },
  run: async () => ({ status: 303, body: null, redirect: PAGE }),
})

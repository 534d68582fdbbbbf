import { comparePasswords } from '../../fields/credentials.ts'
import { detailShape, endpoint } from '../../http/endpoint.ts'
import { checkReset, confirmPasswordReset } from './confirm-password-reset.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { CONFIRM_PAGE } from './reset-link.ts'
import { confirmResetSchema, requestResetSchema } from './schema.ts'

export const passwordResetEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/password/reset/',
    name: 'Password Reset',
    description: 'Mails a link to choose a new password.',
    operationId: 'requestPasswordReset',
    summary: 'Ask for a link to choose a new password',
    tag: 'Password',
    responses: { 200: detailShape },
    input: requestResetSchema,
  },
  policy: { access: 'public', throttle: { policy: 'reset', account: ({ email }) => email }, idempotencyKey: true },
  form: { page: '/password-reset', success: '/password-reset' },
  run: requestPasswordReset,
})

export const passwordResetConfirmEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/password/reset/confirm/',
    name: 'Password Reset Confirm',
    description: 'Sets the password that the owner of a mailed link chose.',
    operationId: 'confirmPasswordReset',
    summary: 'Choose a new password',
    tag: 'Password',
    responses: { 200: detailShape },
    input: confirmResetSchema,
  },
  policy: { access: 'public', throttle: { policy: 'confirm' } },
  form: { page: CONFIRM_PAGE, success: '/password-reset/done' },
  validate: checkReset,
  refine: comparePasswords,
  run: confirmPasswordReset,
})

import type { FieldErrors } from '../../errors.ts'
import { detailShape, endpoint } from '../../http/endpoint.ts'
import { AFTER_LOGIN, VERIFY_PAGE } from '../../web/routes.ts'
import { resendVerification } from './resend-verification.ts'
import { resendSchema, type VerifyEmailInput, verifyEmailSchema } from './schema.ts'
import { verifyEmail } from './verify-email.ts'

function missing({ token, email, code }: VerifyEmailInput): FieldErrors {
  if (token !== undefined) return {}
  if (email === undefined && code === undefined) return { token: ['required'] }
  return { ...(email === undefined && { email: ['required'] }), ...(code === undefined && { code: ['required'] }) }
}

export const verifyEmailEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/email/verify/',
    name: 'Verify Email',
    description: 'Confirms an email address with the token or the code that was mailed to it.',
    operationId: 'verifyEmail',
    summary: 'Confirm an email address',
    tag: 'Email address',
    responses: { 200: detailShape },
    errorFields: ['phone'],
    input: verifyEmailSchema,
  },
  policy: { access: 'public', throttle: { policy: 'confirm', account: ({ email }) => email ?? null } },
  form: { page: VERIFY_PAGE, success: AFTER_LOGIN, status: 'email_verified' },
  refine: missing,
  run: verifyEmail,
})

export const resendVerificationEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/email/verify/resend/',
    name: 'Resend Verification Email',
    description: 'Mails a new token and code to an address that waits for its confirmation.',
    operationId: 'resendVerification',
    summary: 'Send the confirmation again',
    tag: 'Email address',
    responses: { 200: detailShape },
    input: resendSchema,
  },
  policy: {
    access: 'public',
    throttle: { policy: 'resend', account: ({ email }) => email ?? null },
    idempotencyKey: true,
  },
  form: { page: VERIFY_PAGE, success: VERIFY_PAGE, status: 'verification_sent' },
  run: resendVerification,
})

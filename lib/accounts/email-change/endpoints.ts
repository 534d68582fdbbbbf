import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { type AuthenticatedContext, detailShape, endpoint, type Result } from '../../http/endpoint.ts'
import { invalidateOneTimeTokens } from '../../tokens/one-time-token.ts'
import { CONFIRM_PAGE, UNDO_PAGE } from './change-links.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { checkNewEmail, requestEmailChange } from './request-email-change.ts'
import { confirmChangeSchema, linkSchema, requestChangeSchema } from './schema.ts'
import { undoEmailChange } from './undo-email-change.ts'

export const emailChangeEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/email/change/',
    name: 'Email Change',
    description: 'Mails a link to a new address, which becomes the account’s when it is confirmed.',
    operationId: 'requestEmailChange',
    summary: 'Ask for another email address',
    tag: 'Email address',
    responses: { 200: detailShape },
    input: requestChangeSchema,
  },
  policy: { access: 'authenticated', currentPassword: 'password', throttle: { policy: 'change' }, idempotencyKey: true },
  form: { page: '/settings/email', success: '/settings/email' },
  validate: checkNewEmail,
  run: requestEmailChange,
})

export const emailChangeCancelEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/email/change/',
    name: 'Email Change',
    description: 'Cancels a change of address that waits for its confirmation: the link stops working. Without one nothing happens.',
    operationId: 'cancelEmailChange',
    summary: 'Cancel a change of email address',
    tag: 'Email address',
    responses: { 204: null },
  },
  policy: { access: 'authenticated', throttle: { policy: 'change' } },
  form: { page: '/settings/email', success: '/settings/email', status: 'email_change_cancelled' },
  run: cancelEmailChange,
})

export const emailChangeConfirmEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/email/change/confirm/',
    name: 'Email Change Confirm',
    description:
      'Puts a change of address in force. Takes the token from the email to the new address together with an access token of the account, or with its password.',
    operationId: 'confirmEmailChange',
    summary: 'Confirm the new email address',
    tag: 'Email address',
    responses: { 200: detailShape },
    input: confirmChangeSchema,
    errorFields: ['email'],
  },
  policy: { access: 'public', optionalPrincipal: true, throttle: { policy: 'confirm' } },
  form: { page: CONFIRM_PAGE, success: '/email-change/done' },
  run: confirmEmailChange,
})

export const emailChangeUndoEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/email/change/undo/',
    name: 'Email Change Undo',
    description: 'Takes a change of address back.',
    operationId: 'undoEmailChange',
    summary: 'Undo an email change',
    tag: 'Email address',
    responses: { 200: detailShape },
    input: linkSchema,
    errorFields: ['email'],
  },
  policy: { access: 'public', throttle: { policy: 'confirm' } },
  form: { page: UNDO_PAGE, success: '/email-change/undone' },
  run: undoEmailChange,
})

/** Cancels a change of email address that waits for its confirmation: its link stops working. Without one nothing happens. */
export async function cancelEmailChange(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await database().$transaction(async (tx) => {
    const cancelled = await invalidateOneTimeTokens(tx, user.id, ['email_change'], context.now)
    if (cancelled === 0) return
    const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
    await recordEvent(tx, 'email_change_cancelled', { ...who, detail: {} }, context)
  })
  return { status: 204, body: null }
}

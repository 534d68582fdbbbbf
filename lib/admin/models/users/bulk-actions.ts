/** What can be done to one of several chosen accounts, each in a transaction of its own. */

import { enqueueVerificationEmail } from '../../../accounts/email-verification/verification-link.ts'
import { isInvited, mailInvitation } from '../../../accounts/invitation/invite.ts'
import { passwordResetEmail } from '../../../accounts/password-reset/emails.ts'
import { mailPasswordResetLink } from '../../../accounts/password-reset/reset-link.ts'
import { recordEvent } from '../../../audit/audit.ts'
import type { Transaction, User } from '../../../db/client.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { activate, deactivate } from '../../../users/activation.ts'
import { deleteWithin, recordChange } from '../../core/change-objects.ts'
import { link } from '../../core/input.ts'
import { conflict, notFound } from '../../core/object-id.ts'
import type { FieldChanges } from '../../core/read-object.ts'
import { actorOf, lockUserForEdit, refuseOwnAccount } from '../../core/user-guard.ts'
import type { UserAction } from './act-on-users.ts'
import { userAdmin } from './declaration.ts'
import { endLocked } from './user-sessions.ts'

/** @param group the id that the action is about, where it is about one @returns whether anything was done */
type BulkAction = (tx: Transaction, id: number, context: AuthenticatedContext, group: number) => Promise<boolean>

/** What was changed of an account, in Django's log and in ours. */
const recordOf = (tx: Transaction, { id, email }: User, fields: string[], changes: FieldChanges, context: AuthenticatedContext) =>
  recordChange(tx, userAdmin, { id, name: email, fields, changes }, context)

const setActive =
  (active: boolean): BulkAction =>
  async (tx, id, context) => {
    const { target } = await lockUserForEdit(tx, context, id, 'accounts.change_user', () => !active)
    if (!active) refuseOwnAccount(context, id)
    const done = active ? await activate(tx, target) : await deactivate(tx, target, context.now)
    if (done === null) return false
    await recordOf(tx, target, done.fields, done.changes, context)
    return true
  }

/** Staff are told, since nothing else says that the address has got too many emails already. */
const emailLimitReached = () => conflict('email_limit_reached', 'This address has been sent too many emails. Try again later.')

const sendReset: BulkAction = async (tx, id, context) => {
  const { target } = await lockUserForEdit(tx, context, id, 'accounts.change_user', () => false)
  if (!target.isActive) throw conflict('user_inactive', 'The account is not active.')
  const isSent = isInvited(target)
    ? await mailInvitation(tx, target, context)
    : await mailPasswordResetLink(tx, target, passwordResetEmail, context)
  if (!isSent) throw emailLimitReached()
  await recordEvent(tx, 'user_reset_sent', { ...actorOf(context), subjectId: id, detail: {} }, context)
  return true
}

const resendVerification: BulkAction = async (tx, id, context) => {
  const { target } = await lockUserForEdit(tx, context, id, 'accounts.change_user', () => false)
  if (!target.isActive) throw conflict('user_inactive', 'The account is not active.')
  if (target.emailVerifiedAt !== null) throw conflict('already_confirmed', 'The address is confirmed already.')
  if (!(await enqueueVerificationEmail(tx, target, context.now))) throw emailLimitReached()
  await recordEvent(tx, 'email_verification_requested', { ...actorOf(context), subjectId: id, detail: {} }, context)
  return true
}

/** Only groups whose permissions the staff member has can be given or taken. */
const setMember =
  (member: boolean): BulkAction =>
  async (tx, id, context, group) => {
    const locked = await lockUserForEdit(tx, context, id, 'accounts.change_user', () => false)
    const rows = await tx.userGroup.findMany({ where: { userId: id }, select: { groupId: true } })
    const before = rows.map(({ groupId }) => groupId)
    const wanted = member ? [...new Set([...before, group])] : before.filter((other) => other !== group)
    const groups = before.map((groupId) => ({ id: groupId, name: '' }))
    const named = await tx.group.findUnique({ where: { id: group } })
    if (named === null) throw notFound()
    if ((await link(userAdmin, id, { groups: wanted }, { groups }, locked.permissions, tx)).length === 0) return false
    const { name } = named
    const change = member ? { added: [name], removed: [] } : { added: [], removed: [name] }
    await recordOf(tx, locked.target, ['groups'], { groups: change }, context)
    return true
  }

export const BULK_ACTIONS: Record<Exclude<UserAction, 'export'>, BulkAction> = {
  activate: setActive(true),
  deactivate: setActive(false),
  end_sessions: async (tx, id, context) => (await endLocked(tx, id, context)) > 0,
  send_reset: sendReset,
  resend_verification: resendVerification,
  add_to_group: setMember(true),
  remove_from_group: setMember(false),
  delete: async (tx, id, context) => {
    await deleteWithin(tx, userAdmin, id, context)
    return true
  },
}

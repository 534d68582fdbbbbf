import { recordEvent } from '../../audit/audit.ts'
import type { Transaction } from '../../db/client.ts'
import { ApiError, PermissionDenied, ValidationFailed } from '../../errors.ts'
import { isTrue, readIds } from '../../fields/choice.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { recordDenial } from '../../http/permission.ts'
import type { Principal } from '../../sessions/principal.ts'
import { endAllSessions } from '../../sessions/session.ts'
import { passwordResetLetter } from '../../users/password-mail.ts'
import { isRecoverable, mailPasswordResetLink } from '../../users/password-reset-link.ts'
import { may, rightsOf } from '../../users/rights.ts'
import { logChange } from '../history.ts'
import { allKeys } from '../list-objects.ts'
import { userAdmin } from './declaration.ts'
import { deleteLocked } from './delete-user.ts'
import type { UserAction, UserActionInput } from './schema.ts'
import { changing, lockForChange, refuseOwnAccount } from './user-guard.ts'
import { endLocked } from './user-sessions.ts'

/** Most accounts of one action: each is a transaction of its own, and somebody waits for the answer. */
const MOST_AT_ONCE = 1000

/** What is done to one account; whether anything was. */
type Deed = (tx: Transaction, id: number, context: Context) => Promise<boolean>

const setActive =
  (active: boolean): Deed =>
  async (tx, id, context) => {
    const { target, rights } = await lockForChange(tx, context, id, 'accounts.change_user', () => !active)
    if (!active) refuseOwnAccount(context, id)
    if (target.isActive === active) return false
    await tx.user.update({ where: { id }, data: active ? { isActive: true, deletionDueAt: null } : { isActive: false } })
    if (!active) await endAllSessions(tx, id, 'admin', context.now)
    await logChange(tx, userAdmin, rights.userId, { id, repr: target.email }, [userAdmin.fields.is_active.label], context.now)
    const who = { actorId: rights.userId, subjectId: id, sessionId: context.principal?.claims.sid ?? null }
    await recordEvent(
      tx,
      'user_changed',
      { ...who, detail: { fields: ['is_active'], changes: { is_active: { from: !active, to: active } } } },
      context,
    )
    return true
  }

const sendReset: Deed = async (tx, id, context) => {
  const { target, rights } = await lockForChange(tx, context, id, 'accounts.change_user', () => false)
  if (!isRecoverable(target)) throw new ApiError(409, { detail: 'The account is not active.', code: 'user_inactive' })
  await mailPasswordResetLink(tx, target, passwordResetLetter, context)
  await recordEvent(tx, 'user_reset_sent', { actorId: rights.userId, subjectId: id, detail: {} }, context)
  return true
}

const DEEDS: Record<UserAction, Deed> = {
  activate: setActive(true),
  deactivate: setActive(false),
  end_sessions: async (tx, id, context) => (await endLocked(tx, id, context)) > 0,
  send_reset: sendReset,
  delete: async (tx, id, context) => (await deleteLocked(tx, id, context)) !== '',
}

/** The accounts that are meant. @throws ValidationFailed for none, and for more than MOST_AT_ONCE */
async function chosen({ action: _, ids = '', all, ...query }: UserActionInput): Promise<number[]> {
  const found = isTrue(all) ? ((await allKeys(userAdmin, query, MOST_AT_ONCE + 1)) as number[]) : readIds(ids)
  if (found.length === 0) throw new ValidationFailed({ non_field_errors: ['no_items'] })
  if (found.length > MOST_AT_ONCE) throw new ValidationFailed({ non_field_errors: [`max_items:${MOST_AT_ONCE}`] })
  return found
}

/**
 * Does something to several accounts, each by itself: what is refused of one does not hinder the others.
 * @throws PermissionDenied where none of them may be acted on so; ValidationFailed
 */
export async function actOnUsers(input: UserActionInput, context: Context): Promise<Answer> {
  const action = input.action as UserAction
  const permission = action === 'delete' ? 'accounts.delete_user' : 'accounts.change_user'
  if (!may(await rightsOf((context.principal as Principal).user), permission)) {
    await recordDenial(permission, context)
    throw new PermissionDenied()
  }
  let count = 0
  const failed: { id: number; code: string }[] = []
  for (const id of await chosen(input)) {
    try {
      if (await changing(context, id, (tx) => DEEDS[action](tx, id, context))) count += 1
    } catch (error) {
      if (!(error instanceof ApiError) || error.status >= 500) throw error
      failed.push({ id, code: error.body.code ?? (error.status === 404 ? 'not_found' : 'permission_denied') })
    }
  }
  return { body: { action, count, failed }, shown: { action, count: String(count), refused: String(failed.length) } }
}

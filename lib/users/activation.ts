/** Letting an account's owner in, and shutting them out: what staff do by the admin area, and operators by the command line. */
import type { Transaction, User } from '../db/client.ts'
import { revokeAllSessions } from '../sessions/session.ts'
import { invalidateOneTimeTokens, type Purpose } from '../tokens/one-time-token.ts'
import { isRestorable } from './user.ts'

/** What the audit log says of a change. */
export interface AccountChange {
  fields: string[]
  changes: Record<string, { from: boolean; to: boolean }>
}

/** The links with which an owner restores a closed account, takes a former address back or sets a new password. */
const RECOVERY_PURPOSES: Purpose[] = ['account_deletion_undo', 'email_change_undo', 'password_reset']

/** @param user locked, as it is now @returns null where it is active already */
export async function activate(tx: Transaction, { id, isActive, deletionDueAt }: User): Promise<AccountChange | null> {
  // Of an account that is open no deletion is under way: Django left the date when it opened it.
  if (!isActive || deletionDueAt !== null) await tx.user.update({ where: { id }, data: { isActive: true, deletionDueAt: null } })
  return isActive ? null : { fields: ['is_active'], changes: { is_active: { from: false, to: true } } }
}

/**
 * Ends an account's sessions and tokens, and voids every mailed link that would let its owner in again. An account that its owner
 * closed is inactive already: it can no longer be restored, and is deleted when it is due.
 * @param user locked, as it is now
 * @returns null where its owner is shut out already: then nothing is done
 */
export async function deactivate(tx: Transaction, user: User, now: Date): Promise<AccountChange | null> {
  const { id, isActive } = user
  if (!isActive && !(await isRestorable(tx, user, now))) return null
  await invalidateOneTimeTokens(tx, id, RECOVERY_PURPOSES, now)
  if (!isActive) return { fields: ['is_active'], changes: {} }
  await tx.user.update({ where: { id }, data: { isActive: false, deletionDueAt: null } })
  await revokeAllSessions(tx, id, 'admin', now)
  return { fields: ['is_active'], changes: { is_active: { from: true, to: false } } }
}

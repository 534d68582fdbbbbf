import type { Transaction } from '../db/client.ts'
import { invalidateOneTimeTokens, type Purpose } from '../tokens/one-time-token.ts'

/** The links with which an owner restores a closed account, takes a former address back or sets a new password. */
const RECOVERY_PURPOSES: Purpose[] = ['account_deletion_undo', 'email_change_undo', 'password_reset']

/** Voids every mailed link that would let an owner in again whom staff shut out. */
export const invalidateRecoveryLinks = (tx: Transaction, userId: number, now: Date): Promise<number> =>
  invalidateOneTimeTokens(tx, userId, RECOVERY_PURPOSES, now)

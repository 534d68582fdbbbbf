/**
 * Leads the owner of a mailbox back to what strangers are told nothing of: an account that was closed and can still be
 * restored, or an address that is reserved for the owner of its former account.
 */

import type { AuditSource } from '../../audit/audit.ts'
import { lockUser, type Transaction, type User } from '../../db/client.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { findReservation } from '../../tokens/one-time-token.ts'
import { isRestorable } from '../../users/user.ts'
import { closedAccountEmail, reservedAddressEmail } from './emails.ts'
import { mailPasswordResetLink } from './reset-link.ts'

/**
 * Queues the email with the way back, if there is one.
 * @param tx a transaction, which may begin with this
 * @param owner the account that has the address; null for none
 * @param exceptUserId an account for which a reserved address is not reserved
 * @param counted whether the caller has counted the email against its recipient's limit
 * @returns whether there is a way back; the email may be over its recipient's limit (lib/mail/outbox.ts)
 */
export async function mailRecoveryLink(
  tx: Transaction,
  email: string,
  owner: User | null,
  source: AuditSource,
  { exceptUserId = 0, counted = false }: { exceptUserId?: number; counted?: boolean } = {},
): Promise<boolean> {
  const user = await lockUser(tx, owner?.id ?? 0)
  if (user) {
    if (!(await isRestorable(tx, user, source.now))) return false
    // The link proves the mailbox and replaces the password, so it also wins an account back that a stranger signed up (SU-5).
    await mailPasswordResetLink(tx, user, (from) => closedAccountEmail(user, from), source, { counted })
    return true
  }
  const reservation = await findReservation(tx, email, source.now, exceptUserId)
  if (!reservation) return false
  // The very token of the first email: a new one would outrank the links of changes before it.
  const issueToken = async () => reservation.id
  const content = reservedAddressEmail(reservation.expiresAt, source)
  await enqueueEmail(
    tx,
    { kind: 'address_reserved', recipient: reservation.email, userId: reservation.userId, issueToken, content, counted },
    source.now,
  )
  return true
}

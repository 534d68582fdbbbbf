/** Deletes accounts with everything that is kept about them; the audit log alone remembers that they were, and for AUDIT_RETENTION by which address. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import type { Transaction, User } from '../db/client.ts'
import { lockUserForDeletion } from '../db/lock-user.ts'
import { postLetter } from '../mail/outbox.ts'
import { settings } from '../settings.ts'
import { blacklistTokensOf } from '../tokens/blacklist-tokens-of.ts'

/**
 * Removes an account's row and all that hangs on it, by Django's rules: what belongs to it goes, refresh tokens stay
 * blacklisted without an owner (SET_NULL). Each table is named here because the original's tables cascade in Django alone.
 * @param tx a transaction that has nothing read yet
 * @returns whether there was such an account
 */
export async function deleteAccount(tx: Transaction, userId: number, now: Date): Promise<boolean> {
  await lockUserForDeletion(tx, userId)
  await blacklistTokensOf(tx, userId, now)
  await tx.outstandingToken.updateMany({ where: { userId }, data: { userId: null, sessionId: null } })
  await tx.session.deleteMany({ where: { userId } })
  await tx.oneTimeToken.deleteMany({ where: { userId } })
  await tx.knownDevice.deleteMany({ where: { userId } })
  await tx.listColumns.deleteMany({ where: { userId } })
  await tx.outboxMail.deleteMany({ where: { userId } })
  await tx.logEntry.deleteMany({ where: { userId } })
  await tx.userGroup.deleteMany({ where: { userId } })
  await tx.userPermission.deleteMany({ where: { userId } })
  return (await tx.user.deleteMany({ where: { id: userId } })).count > 0
}

/**
 * Deletes an account, writes that down and tells its owner.
 * @param actorId who wanted it; null for the passing of time
 */
export async function deleteForGood(tx: Transaction, user: User, actorId: number | null, source: AuditSource): Promise<void> {
  await deleteAccount(tx, user.id, source.now)
  await recordEvent(tx, 'account_deleted', { actorId, subjectId: user.id, detail: { email: user.email } }, source)
  const { APP_NAME } = settings()
  const content = {
    subject: `Your ${APP_NAME} account has been deleted`,
    preheader: 'Your account and what we kept about you are gone.',
    heading: 'Your account has been deleted',
    paragraphs: ['Your account and what we kept about you are gone. This cannot be undone.'],
    closing: 'You can sign up again with this address at any time.',
  }
  // The account's own letters have just gone with it: this one belongs to nobody.
  await postLetter(tx, { kind: 'account_deleted', recipient: user.email, userId: null, content }, source.now)
}

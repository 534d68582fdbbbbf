import { provider, type Transaction, type User } from '../db/client.ts'

/**
 * Locks every superuser's row until the transaction ends, so that the second of two changes sees the first. Rows are locked in
 * one order, so that two never wait for each other. SQLite, where a transaction begins with a write, runs one at a time anyway.
 */
export async function lockSuperusers(tx: Transaction): Promise<void> {
  if (provider() === 'sqlite') await tx.user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: true } })
  else await tx.$queryRaw`SELECT id FROM accounts_user WHERE is_superuser ORDER BY id FOR NO KEY UPDATE`
}

/**
 * The same, but only if the target is a superuser. On SQLite the transaction is alone as soon as it has locked the account.
 */
export async function lockSuperusersFor(tx: Transaction, targetId: number): Promise<void> {
  if (provider() === 'sqlite') return
  await tx.$queryRaw`
    SELECT id FROM accounts_user WHERE is_superuser
    AND EXISTS (SELECT 1 FROM accounts_user target WHERE target.id = ${targetId} AND target.is_superuser)
    ORDER BY id FOR NO KEY UPDATE OF accounts_user`
}

/**
 * Whether an account is the last active superuser; for staff, the last one with access to the admin area. The answer holds
 * until the transaction ends.
 */
export async function isLastSuperuser(tx: Transaction, { id, isStaff }: Pick<User, 'id' | 'isStaff'>): Promise<boolean> {
  await lockSuperusers(tx)
  const others = { isSuperuser: true, isActive: true, id: { not: id }, ...(isStaff && { isStaff }) }
  return (await tx.user.count({ where: others })) === 0
}

import { provider, type Transaction, type User } from '../db/client.ts'

/**
 * Keeps every superuser's row until the transaction ends: who comes second sees what the first did. In one order for all, lest
 * two wait for each other; SQLite, where a transaction must begin with a write, lets one in at a time anyway.
 */
export async function lockSuperusers(tx: Transaction): Promise<void> {
  if (provider() === 'sqlite') await tx.user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: true } })
  else await tx.$queryRaw`SELECT id FROM accounts_user WHERE is_superuser ORDER BY id FOR NO KEY UPDATE`
}

/**
 * The same where a superuser is to be changed; nobody is held for any other account. On SQLite the transaction is alone as soon
 * as it has locked the account.
 */
export async function lockSuperusersFor(tx: Transaction, targetId: number): Promise<void> {
  if (provider() === 'sqlite') return
  await tx.$queryRaw`
    SELECT id FROM accounts_user WHERE is_superuser
    AND EXISTS (SELECT 1 FROM accounts_user target WHERE target.id = ${targetId} AND target.is_superuser)
    ORDER BY id FOR NO KEY UPDATE OF accounts_user`
}

/**
 * Whether nobody else could do what a superuser can: of one who is staff, nobody else who may enter the admin area, since the
 * others could do nothing there. The answer holds until the transaction ends.
 */
export async function isLastSuperuser(tx: Transaction, { id, isStaff }: Pick<User, 'id' | 'isStaff'>): Promise<boolean> {
  await lockSuperusers(tx)
  const others = { isSuperuser: true, isActive: true, id: { not: id }, ...(isStaff && { isStaff }) }
  return (await tx.user.count({ where: others })) === 0
}

import { provider, type Transaction, type User } from './client.ts'

/**
 * Makes a transaction the only one that changes an account until it ends. Code that changes an account together with its
 * tokens or sessions does this first: one lock order prevents deadlocks. It is a write,
 * with which a transaction in SQLite must begin.
 * @returns the account as it is now; null when it doesn't exist
 */
export async function lockUser(tx: Transaction, id: number): Promise<User | null> {
  await tx.$executeRaw`UPDATE accounts_user SET is_active = is_active WHERE id = ${id}`
  return tx.user.findUnique({ where: { id } })
}

/** Locks a session's row until the transaction ends, after waiting for anything that rotates its tokens or revokes it. */
export async function lockSession(tx: Transaction, sid: string): Promise<void> {
  await tx.$executeRaw`UPDATE accounts_session SET ended_at = ended_at WHERE id = ${sid}`
}

/**
 * The same for an account that is about to be deleted: also waits for writes of rows that refer to it. PostgreSQL looks
 * at Django's foreign keys when a transaction ends, which would fail then.
 */
export async function lockUserForDeletion(tx: Transaction, id: number): Promise<void> {
  await lockUser(tx, id)
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT id FROM accounts_user WHERE id = ${id} FOR UPDATE`
}

/** Keeps an account from being deleted until the transaction ends, for one that writes what refers to it. */
export async function keepUser(tx: Transaction, id: number): Promise<void> {
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT id FROM accounts_user WHERE id = ${id} FOR KEY SHARE`
}
